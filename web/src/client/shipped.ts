/** The networks that come with the page: models/manifest.json, one entry per file. */
import type { ConceptLayer } from "./concepts";
import { fetchBytes } from "./files";
import type { Prototype, PrototypeLayer } from "./prototypes";

export interface ShippedModel {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  /** Paths inside models/. */
  readonly file: string;
  readonly labels: string;
  /** The generated scenes that the network was trained on, and the size to draw them at. */
  readonly scene: { readonly kind: string; readonly size: number } | null;
  /** What it gives besides its classes; null where it does not. */
  readonly concepts: ConceptLayer | null;
  /** Name of the tensor that is its own explanation. */
  readonly ownMap: string | null;
  readonly prototypes: { readonly tensor: string; readonly file: string } | null;
}

/** What a further output holds, see models/README.md. */
type OutputKind = "map" | "concepts" | "similarities";

export interface Manifest {
  readonly models: readonly {
    readonly id: string;
    readonly name: string;
    readonly summary: string;
    readonly scene?: string;
    readonly labels: string;
    readonly input: { readonly height: number; readonly width: number };
    readonly outputs?: Readonly<Record<string, OutputKind>>;
    readonly concepts?: ConceptLayer["concepts"];
    readonly prototypes?: string;
    readonly files: Readonly<Record<string, { readonly file: string; readonly bytes: number; readonly accuracy: number }>>;
  }[];
}

/** Scenes are drawn larger than the network's input, for the eye: the same scene, shrunk like any picture. */
const SCENE_SCALE = 4;

type Entry = Manifest["models"][number];

const tensorOf = ({ outputs = {} }: Entry, kind: OutputKind): string | null =>
  Object.keys(outputs).find((name) => outputs[name] === kind) ?? null;

function further(entry: Entry): Pick<ShippedModel, "concepts" | "ownMap" | "prototypes"> {
  const [concepts, similarities] = [tensorOf(entry, "concepts"), tensorOf(entry, "similarities")];
  return {
    concepts: concepts === null || entry.concepts === undefined ? null : { tensor: concepts, concepts: entry.concepts },
    ownMap: tensorOf(entry, "map"),
    prototypes: similarities === null || entry.prototypes === undefined ? null : { tensor: similarities, file: entry.prototypes },
  };
}

export function shippedModels(manifest: Manifest): ShippedModel[] {
  return manifest.models.flatMap((entry) =>
    Object.entries(entry.files).map(([variant, { file, bytes, accuracy }]) => ({
      id: `${entry.id}/${variant}`,
      name: `${entry.name}, ${variant}`,
      summary: `${entry.summary} ${(100 * accuracy).toFixed(1)} % right on unseen ${entry.scene === undefined ? "photographs" : "scenes"}, ${Math.round(bytes / 1000)} kB.`,
      file,
      labels: entry.labels,
      scene: entry.scene === undefined ? null : { kind: entry.scene, size: SCENE_SCALE * entry.input.width },
      ...further(entry),
    })),
  );
}

export async function readManifest(base: string): Promise<readonly ShippedModel[]> {
  const bytes = await fetchBytes(new URL("models/manifest.json", base).href);
  return shippedModels(JSON.parse(new TextDecoder().decode(bytes)) as Manifest);
}

export interface ShippedFiles {
  readonly file: Uint8Array;
  readonly labels: string;
  readonly prototypes: PrototypeLayer | null;
}

async function fetchPrototypes(address: (path: string) => string, wanted: ShippedModel["prototypes"]): Promise<PrototypeLayer | null> {
  if (wanted === null) return null;
  const { prototypes } = JSON.parse(new TextDecoder().decode(await fetchBytes(address(wanted.file)))) as { prototypes: readonly Prototype[] };
  return { tensor: wanted.tensor, prototypes };
}

export async function fetchShipped(base: string, shipped: ShippedModel): Promise<ShippedFiles> {
  const address = (path: string): string => new URL(`models/${path}`, base).href;
  const [file, labels, prototypes] = await Promise.all([
    fetchBytes(address(shipped.file)),
    fetchBytes(address(shipped.labels)),
    fetchPrototypes(address, shipped.prototypes),
  ]);
  return { file, labels: new TextDecoder().decode(labels), prototypes };
}

/** The network of that id, else the first; null where none ships. */
export async function fetchWished(base: string, models: readonly ShippedModel[], id: string | null) {
  const shipped = models.find((model) => model.id === id) ?? models[0];
  return shipped === undefined ? null : { shipped, files: await fetchShipped(base, shipped) };
}

/** The kind of scene that a network was trained on, else the first there is. */
export const sceneFor = (models: readonly ShippedModel[], id: string | null): ShippedModel["scene"] =>
  models.find((model) => model.id === id)?.scene ?? models.find((model) => model.scene !== null)?.scene ?? null;
