// Packages of this machine's own Debian release: installs those that are missing, asks apt for nothing else.
import { ask, run, say, Trouble, versions } from "./lib.mjs";

const installed = (name) => ask("dpkg-query", ["-W", "-f=${db:Status-Status}", name])?.startsWith("installed") ?? false;

function asRoot(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  if (process.getuid() === 0) return run("apt-get", args, { env });
  if (ask("sudo", ["-V"]) === null)
    throw new Trouble(`These packages are missing and there is no sudo to install them; as root, run: apt-get ${args.join(" ")}`);
  // A password may have to be typed.
  return run("sudo", ["DEBIAN_FRONTEND=noninteractive", "apt-get", ...args], { env, stdio: "inherit" });
}

/** @param groups  names of groups in versions.json: "wasm", "native", "browser" */
export function ensurePackages(groups) {
  const missing = groups.flatMap((group) => versions.packages[group]).filter((name) => !installed(name));
  if (missing.length === 0) return;
  if (ask("dpkg", ["--version"]) === null) throw new Trouble(`This is no Debian machine; install the equivalents of: ${missing.join(" ")}`);
  say(`Installing with apt: ${missing.join(" ")}`);
  const install = ["install", "-y", "-q", "--no-install-recommends", ...missing];
  try {
    asRoot(install);
  } catch {
    // No package lists yet, or old ones that name files the mirror no longer has.
    asRoot(["update", "-q"]);
    asRoot(install);
  }
}
