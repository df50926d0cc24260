/** One explanation at a time: runs it, keeps its best map so far, tells why it was refused. */
import type { Outcome, Question, Update } from "../worker/protocol";
import type { Method, ParamValues } from "../../../wasm/whybox";
import { isCancelled, WhyboxError, type WhyboxClient } from "./client";
import type { Answer } from "./state";

/** Why a question cannot be answered as it is put. */
export interface Refusal {
  readonly text: string;
  /** The parameter that it is about, where the sentence names one. */
  readonly param: string | null;
}

/** Failures that lie in the question: the person can mend them where it was put. */
const OF_THE_QUESTION = new Set<string>(["invalid_argument", "out_of_range", "unsupported_operator"]);

/** The core begins a sentence about a parameter with its name. */
const NAMED = /^(?:parameter )?([\w-]+):/;
const QUOTED = /"([^"]+)"/;

/** The parameter that a sentence names, or the line of text that it quotes from. */
function paramIn(sentence: string, { params }: Method, values: ParamValues): string | null {
  const named = NAMED.exec(sentence)?.[1];
  if (params.some(({ id }) => id === named)) return named ?? null;
  const quoted = QUOTED.exec(sentence)?.[1];
  const typed = params.find(({ id, kind }) => kind === "text" && quoted !== undefined && String(values[id] ?? "").includes(quoted));
  return typed?.id ?? null;
}

export function refusalOf(error: unknown, method: Method, values: ParamValues): Refusal | null {
  if (!(error instanceof WhyboxError) || !OF_THE_QUESTION.has(error.code)) return null;
  return { text: error.message, param: paramIn(error.message, method, values) };
}

export interface InquiryOptions {
  readonly onChange: () => void;
  /** Whenever an explanation has come to its end. */
  readonly onFinished: (answer: Answer) => void;
}

export class Inquiry {
  running: { readonly since: number; readonly progress: number } | null = null;
  answer: Answer | null = null;
  refusal: Refusal | null = null;
  private stopper: AbortController | null = null;

  constructor(private readonly options: InquiryOptions) {}

  /** What was found about another picture or by another network is no answer any more. */
  clear(): void {
    this.stop();
    this.answer = null;
    this.refusal = null;
  }

  /** Ends the one before. Throws what is not the question's fault. */
  async run(client: WhyboxClient, method: Method, question: Question): Promise<void> {
    this.stop();
    const stopper = new AbortController();
    this.stopper = stopper;
    this.running = { since: performance.now(), progress: 0 };
    this.refusal = null;
    this.options.onChange();
    try {
      const onUpdate = (update: Update): void => {
        if (this.stopper === stopper || this.stopper === null) this.take(update, false);
      };
      const outcome = await client.explain(question, { signal: stopper.signal, onUpdate });
      if (this.stopper === stopper) this.take(outcome, true, outcome);
    } catch (error) {
      if (isCancelled(error)) return;
      const refusal = refusalOf(error, method, question.params);
      if (refusal === null) throw error;
      if (this.stopper === stopper) this.refusal = refusal;
    } finally {
      if (this.stopper === stopper) this.ended();
    }
  }

  /** @returns whether there was something to stop; what was found so far stays */
  stop(): boolean {
    if (this.stopper === null) return false;
    this.stopper.abort();
    this.ended();
    return true;
  }

  private take(update: Update, finished: boolean, outcome?: Outcome): void {
    this.answer = { ...update, finished, milliseconds: outcome?.milliseconds ?? null };
    if (this.running !== null) this.running = { ...this.running, progress: update.progress };
    if (finished) this.options.onFinished(this.answer);
    this.options.onChange();
  }

  private ended(): void {
    this.stopper = null;
    this.running = null;
    this.options.onChange();
  }
}
