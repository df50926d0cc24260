/** Where relevance goes on its way down: the numbers behind the bars. */
import type { Finding, Heatmap } from "../../../wasm/whybox";
import { shortName } from "./controls";

export interface ConservationRow {
  readonly name: string;
  /** As in the file. */
  readonly path: string;
  readonly op: string;
  readonly rule: string;
  readonly relevance: number;
  /** Of the score; null where that is zero. */
  readonly share: number | null;
  /** What this layer took (negative) or added, in units of the score. */
  readonly change: number;
  /** Whether the change is worth a word: at least a hundredth of the score. */
  readonly notable: boolean;
  /** The bar, as parts of the whole width: from the zero line to its end. */
  readonly bar: { readonly from: number; readonly to: number };
}

export interface Conservation {
  readonly rows: readonly ConservationRow[];
  /** What is explained, and what of it arrives at the picture. */
  readonly score: number;
  readonly arrived: number;
  /** Where zero and the score stand, as parts of the whole width. */
  readonly zero: number;
  readonly full: number;
}

/** Below this share of the score a change is rounding, or a stabiliser doing its work. */
const NOTABLE = 0.01;

/** The score that is handed down: the twin's where there is one, because decomposition explains the twin. */
function scoreIn(findings: readonly Finding[]): number | null {
  const of = (id: string): number | undefined => findings.find((finding) => finding.id === id)?.value;
  return of("twin_logit") ?? of("logit") ?? null;
}

/**
 * @param layers  the output first; each with what arrives below it
 * @returns null where there is nothing to show
 */
export function conservationOf({ layers, findings }: Pick<Heatmap, "layers" | "findings">): Conservation | null {
  const first = layers?.[0];
  if (layers === undefined || first === undefined) return null;
  const score = scoreIn(findings) ?? first.relevance;
  const all = [score, ...layers.map(({ relevance }) => relevance)];
  const [low, high] = [Math.min(0, ...all), Math.max(0, ...all)];
  const place = (value: number): number => (high > low ? (value - low) / (high - low) : 0);
  const rows = layers.map(({ name, op, rule, relevance }, i): ConservationRow => {
    const change = relevance - (all[i] ?? relevance);
    const [from, to] = [place(0), place(relevance)];
    return {
      name: shortName(name),
      path: name,
      op: op.replaceAll("_", " "),
      rule,
      relevance,
      share: score === 0 ? null : relevance / score,
      change,
      notable: Math.abs(change) > NOTABLE * Math.abs(score),
      bar: { from: Math.min(from, to), to: Math.max(from, to) },
    };
  });
  return { rows, score, arrived: all.at(-1) ?? score, zero: place(0), full: place(score) };
}
