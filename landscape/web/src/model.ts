// The state of a page: a plain object, read and changed by names, as anywidget's models are.
//
//   model.get("start"); model.set("start", [1, 2]); model.on("change:start", () => ...); model.on("change", ...)

export interface Model<S> {
  state: S;
  get<K extends keyof S>(name: K): S[K];
  set<K extends keyof S>(name: K, value: S[K]): void;
  on(events: string, call: () => void): void;
}

export function createModel<S extends object>(state: S): Model<S> {
  const calls = new Map<string, (() => void)[]>();
  const tell = (event: string) => (calls.get(event) ?? []).forEach((call) => call());
  return {
    state,
    get: (name) => state[name],
    set(name, value) {
      state[name] = value;
      tell(`change:${String(name)}`);
      tell("change");
    },
    on(events, call) {
      for (const event of events.split(" ")) calls.set(event, [...(calls.get(event) ?? []), call]);
    },
  };
}
