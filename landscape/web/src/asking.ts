// What a page cannot compute and a notebook can: asked of Python as the state changes, the newest question alone.
//
//   const asking = createAsking(given, kernels, model, first, { said, answered })
//   asking.follow()                        // asks where what is played back was recorded of another state
//   asking.trackOf(2)                      // what Python answered for the third of the state's entrants, null for nothing
//   asking.answer({ number, tracks, error })
import type { Model } from "./model";
import { type Kernels, kernelOf, opened, recordedTrack } from "./race";
import type { Entrant, Entry, Given, Live, State, Track } from "./types";

const REST = 150; // milliseconds that a state stands still before it is asked for

export interface Question {
  number: number;
  state: Partial<State>;
}

export function createAsking(given: Given, kernels: Kernels, model: Model<Live>, first: State,
  told: { said: (text: string) => void; answered: () => void }) {
  let number = 0, timer = 0;
  let wanted: string | null = null, known: string | null = null; // of the state, and of the last answer
  let answers: { of: number; entry: Entry }[] = []; // in the order of the entrants that were asked for
  let call: (question: Question) => void = () => {};

  const isAsked = (entrant: Entrant) => given.asks && entrant.shown
    && (given.entrants[entrant.of].away === true || kernelOf(given, kernels, entrant) === null);

  const question = ({ formula, rules, start, others, seed, noise, batch, entrants }: State): Partial<State> =>
    ({ formula, rules, start, others, seed, noise, batch,
      entrants: entrants.filter(isAsked).map(({ open, ...each }) => ({ ...each, look: 0 })) });

  return {
    asked: (listener: typeof call) => (call = listener),
    follow(): void {
      if (!given.asks) return;
      wanted ??= known ??= JSON.stringify(question(first));
      const state = question(model.state), key = JSON.stringify(state);
      if (key === wanted) return;
      wanted = key;
      clearTimeout(timer);
      number++;
      if (!state.entrants!.length || key === known) return told.said("");
      told.said(given.texts.asking);
      timer = setTimeout(() => call({ number, state: structuredClone(state) }), REST);
    },
    // Takes the answer to the last question; one that comes late is of no use any more.
    answer(found: { number?: number; tracks?: any[]; error?: string }): void {
      if (found.number !== number) return;
      if (found.error) return told.said(given.texts.asked_wrong.replace("{reason}", found.error));
      known = wanted;
      const asked = model.get("entrants").filter(isAsked);
      answers = found.tracks!.map((packed, i) => ({ of: asked[i].of, entry: { recorded: opened(structuredClone(packed)) } as Entry }));
      told.said("");
      told.answered();
    },
    trackOf(place: number, other?: number): Track | null {
      const entrants = model.get("entrants");
      if (!isAsked(entrants[place])) return null;
      const answer = answers[entrants.slice(0, place).filter(isAsked).length];
      return answer?.of === entrants[place].of ? recordedTrack(answer.entry, model.get("steps"), other) : null;
    },
  };
}
