// `npm run pictures`: draws the example on every method's page, core/explainers/pictures/ID.png, by the whybox command: one scene, the
// network that ships for it, the method with its defaults. To be run again when a method or the network changes.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";
import { ask, main, root, runQuietly, say } from "./lib.mjs";

const out = join(root, "core/explainers/pictures");
const model = join(root, "models/triangle/triangle_int8.tflite");
// A triangle among five distractors, of a colour of its own.
const scene = ["--kind", "triangle", "--seed", "16", "--size", "160"];

export async function pictures() {
  await build(["native"]);
  const whybox = join(root, "build/native/whybox");
  const folder = mkdtempSync(join(tmpdir(), "whybox-pictures-"));
  try {
    mkdirSync(out, { recursive: true });
    runQuietly(whybox, ["scene", ...scene, "--out", folder]);
    const drawn = join(folder, readdirSync(folder).find((name) => /^\d+\.png$/.test(name)));
    for (const { id } of JSON.parse(ask(whybox, ["methods", "--json"]))) {
      runQuietly(whybox, ["explain", "--model", model, "--image", drawn, "--method", id, "--target", "triangle", "--png", join(out, `${id}.png`)]);
      say(`Drew ${id}`);
    }
    copyFileSync(drawn, join(out, "scene.png"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(pictures);
