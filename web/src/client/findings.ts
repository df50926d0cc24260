/** What a method knows besides its map, made readable: which function the map explains, and which numbers deserve a second look. */
import type { Finding, ModelInfo } from "../../../wasm/whybox";
import { formatNumber } from "../paint/numbers";

export interface FindingRow {
  readonly label: string;
  readonly text: string;
  /** The number set against what it should be compared with. */
  readonly note: string | null;
  /** Large enough to doubt the map. */
  readonly doubtful: boolean;
}

/** From this share on a gap is worth a doubt. */
const DOUBTFUL = 0.05;

const valueOf = (findings: readonly Finding[], id: string): number | null => findings.find((finding) => finding.id === id)?.value ?? null;

function formatShare(share: number): string {
  const percent = 100 * Math.abs(share);
  return percent > 0 && percent < 0.1 ? "< 0.1 %" : `${percent.toFixed(1)} %`;
}

interface Gap {
  readonly size: number;
  /** What it is a gap in; null where there is nothing to compare it with. */
  readonly of: number | null;
  readonly what: string;
  readonly meant?: boolean;
}

/** The findings that say how far two numbers are apart that ought to be one. */
function gapOf({ id, value }: Finding, findings: readonly Finding[]): Gap | null {
  if (id === "twin_gap") return { size: value, of: valueOf(findings, "logit"), what: "of the network's own" };
  if (id !== "completeness_gap" && id !== "conservation_gap") return null;
  const sum = valueOf(findings, "sum");
  const of = sum === null ? null : sum - value;
  // What rules absorb on purpose is no reason to doubt the map.
  return id === "completeness_gap" ? { size: value, of, what: "of the difference to explain" } : { size: value, of, what: "of the score", meant: true };
}

export function findingRows(findings: readonly Finding[]): FindingRow[] {
  return findings.map((finding) => {
    const gap = gapOf(finding, findings);
    const share = gap === null || gap.of === null || gap.of === 0 ? null : gap.size / gap.of;
    return {
      label: finding.label,
      // A number that is not finite comes as null (core/session/json.md).
      text: Number.isFinite(finding.value) ? formatNumber(finding.value) : "unknown",
      note: gap === null || share === null ? null : `${formatShare(share)} ${gap.what}`,
      doubtful: share !== null && gap?.meant !== true && Math.abs(share) >= DOUBTFUL,
    };
  });
}

/**
 * Which function the map of a quantised network explains; null for a float network, whose map can only be its own.
 * Methods that go through the float twin report both answers; others ask the network itself.
 */
export function explainedFunction(model: ModelInfo | null, findings: readonly Finding[]): string | null {
  if (model === null || !model.quantized) return null;
  const [own, twin, gap] = ["logit", "twin_logit", "twin_gap"].map((id) => valueOf(findings, id)) as [number | null, number | null, number | null];
  if (own === null || twin === null || gap === null) return "The map explains the quantised network as it runs.";
  const apart = own === 0 ? formatNumber(gap) : `${formatNumber(gap)} (${formatShare(gap / own)})`;
  const numbers = `The twin says ${formatNumber(twin)}, the network ${formatNumber(own)}: ${apart} apart.`;
  return `The map explains the float twin of this quantised network. ${numbers}`;
}
