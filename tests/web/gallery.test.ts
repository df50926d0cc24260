import { describe, expect, it } from "vitest";
import { nextTile, type Tile, tilesOf, type TileState } from "../../web/src/client/gallery";
import type { ShippedModel } from "../../web/src/client/shipped";
import { fakeMethods } from "./fake-module";

const model = (id: string): ShippedModel => ({ id, name: id, summary: "", file: "", labels: "", scene: null, concepts: null, ownMap: null, prototypes: null });
const tiles = tilesOf(fakeMethods, [model("a"), model("b")]);
const ids = (all: readonly Tile[]): string[] => all.map(({ id }) => id);
const with_ = (states: Record<string, TileState["kind"]>): Tile[] =>
  tiles.map((tile) => ({ ...tile, state: { kind: states[tile.id] ?? "waiting" } as TileState }));

describe("the gallery", () => {
  it("has a tile for every method on every network", () => {
    expect(ids(tiles)).toEqual(["quick@a", "quick@b", "slow@a", "slow@b"]);
  });
  it("draws what is in view first, and there what needs no other network", () => {
    expect(nextTile(tiles, new Set(), null)?.id).toBe("quick@a");
    expect(nextTile(tiles, new Set(["slow@b"]), "a")?.id).toBe("slow@b");
    expect(nextTile(tiles, new Set(["quick@a", "slow@b"]), "b")?.id).toBe("slow@b");
    expect(nextTile(tiles, new Set(), "b")?.id).toBe("quick@b");
  });
  it("draws nothing twice, and ends", () => {
    expect(nextTile(with_({ "quick@a": "drawn", "quick@b": "refused", "slow@a": "working" }), new Set(["quick@a"]), "a")?.id).toBe("slow@b");
    expect(nextTile(with_({ "quick@a": "drawn", "quick@b": "drawn", "slow@a": "drawn", "slow@b": "refused" }), new Set(), "a")).toBeNull();
  });
});
