/** Cues in a scene that speak for classes, and which of them a network's answer follows. */
import type { SceneKind } from "../../../wasm/whybox";

/** Names of the cues that speak for a class, by the class's index; empty for kinds of scenes without cues. */
export function cuesOf(kind: SceneKind, attributes: Readonly<Record<string, number>>): ReadonlyMap<number, readonly string[]> {
  const cues = new Map<number, string[]>();
  for (const { id, name, speaks_for_class } of kind.attributes) {
    const index = attributes[id];
    if (!speaks_for_class || index === undefined) continue;
    cues.set(index, [...(cues.get(index) ?? []), name.toLowerCase()]);
  }
  return cues;
}

/** Where cues contradict each other: which of them the answer follows, in words; null where they agree. */
export function verdict(cues: ReadonlyMap<number, readonly string[]>, best: number): string | null {
  if (cues.size < 2) return null;
  const won = cues.get(best);
  const all = [...cues.values()].flat();
  if (won === undefined) return `The answer follows neither ${all.join(" nor ")}.`;
  return `The answer follows the ${won.join(" and ")}, not the ${all.filter((name) => !won.includes(name)).join(" or ")}.`;
}
