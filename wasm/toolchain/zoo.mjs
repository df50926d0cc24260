// `npm run zoo:verify`: measures every shipped network again on thousands of scenes and holds its card to them.
import { join } from "node:path";
import { build } from "./build.mjs";
import { main, root, run } from "./lib.mjs";
import { setUp } from "./setup.mjs";

await main(async () => {
  await setUp(["native"]);
  await build(["native-tests"]);
  run(join(root, "build/native/whybox_tests"), ["[.zoo]"]);
});
