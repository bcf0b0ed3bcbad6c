// The state of a page: a plain object, read and changed by names, as anywidget's models are.
//
//   model.get("start"); model.set("start", [1, 2]); model.on("change:start", () => ...); model.on("change", ...)

export function createModel(state) {
  const calls = new Map();
  const told = (event) => (calls.get(event) ?? []).forEach((call) => call());
  return {
    state,
    get: (name) => state[name],
    set(name, value) {
      state[name] = value;
      told(`change:${name}`);
      told("change");
    },
    on(events, call) {
      for (const event of events.split(" ")) calls.set(event, [...(calls.get(event) ?? []), call]);
    },
  };
}
