// Packages of this machine's own Debian release: installs those that are missing, asks apt for nothing else.
import { ask, run, runQuietly, say, Trouble, versions } from "./lib.mjs";
import { spawnSync } from "node:child_process";

function missingOf(names) {
  // It also fails, after printing the rest, where a name was never heard of.
  const { stdout } = spawnSync("dpkg-query", ["-W", "-f=${Package} ${db:Status-Status}\n", ...names], { encoding: "utf8" });
  const present = new Set((stdout ?? "").split("\n").filter((line) => line.endsWith(" installed")).map((line) => line.split(" ")[0]));
  return names.filter((name) => !present.has(name));
}

function asRoot(args, start) {
  if (process.getuid() === 0) return start("env", ["DEBIAN_FRONTEND=noninteractive", "apt-get", ...args]);
  if (ask("sudo", ["-V"]) === null)
    throw new Trouble(`Packages are missing and there is no sudo to install them; as root, run: apt-get ${args.join(" ")}`);
  // A password may have to be typed.
  return run("sudo", ["DEBIAN_FRONTEND=noninteractive", "apt-get", ...args], { stdio: "inherit" });
}

/** @param groups  names of groups in versions.json: "wasm", "native", "browser" */
export function ensurePackages(groups) {
  if (groups.length === 0) return;
  const missing = missingOf(groups.flatMap((group) => versions.packages[group]));
  if (missing.length === 0) return;
  if (ask("dpkg", ["--version"]) === null) throw new Trouble(`This is no Debian machine; install the equivalents of: ${missing.join(" ")}`);
  say(`Installing with apt: ${missing.join(" ")}`);
  const install = ["-o", "DPkg::Lock::Timeout=600", "install", "-y", "-qq", "--no-install-recommends", ...missing];
  // Without package lists, or with old ones that name files the mirror no longer has, the first attempt fails.
  try {
    asRoot(install, runQuietly);
  } catch {
    say("Reading the package lists anew");
    asRoot(["update", "-qq"], runQuietly);
    asRoot(install, runQuietly);
  }
}
