// Packages of Debian 13 (trixie), fetched into the cache and never installed. apt gets a source list, list folder and caches of its
// own, and checks Debian's signatures; versions.json then has the SHA-256 of each file.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ask, cache, runQuietly, say, sha256, Trouble, versions } from "./lib.mjs";

const { suite } = versions.debian;
const apt = join(cache, "apt");
const downloads = join(cache, "downloads");

const options = [
  "-q",
  "-o", "Dir::Etc::sourcelist=/dev/null",
  "-o", `Dir::Etc::sourceparts=${apt}/sources`,
  "-o", `Dir::State::lists=${apt}/lists`,
  "-o", `Dir::Cache::archives=${apt}/archives`,
  "-o", "Dir::Cache::pkgcache=",
  "-o", "Dir::Cache::srcpkgcache=",
  "-o", "Acquire::Languages=none",
  "-o", "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
  "-o", "APT::Sandbox::User=",
];

/** The Debian mirror that this machine's own apt uses. */
function mirror() {
  const format = ["--format", "$(REPO_URI)|$(ORIGIN)|$(COMPONENT)|$(SUITE)", "Created-By: Packages"];
  const rows = (ask("apt-get", ["indextargets", ...format]) ?? "").split("\n").map((row) => row.split("|"));
  const usable = rows.filter(([uri, origin, component]) => uri && component === "main" && !/security/.test(uri) && (origin === "Debian" || origin.startsWith("$(")));
  const found = usable.find(([, origin]) => origin === "Debian") ?? usable[0];
  if (!found) throw new Trouble("No Debian mirror is named in this machine's apt sources; Emscripten and the libraries' sources come from one.");
  return found[0];
}

let listed = false;
function updateLists() {
  if (listed) return;
  say(`Reading Debian ${suite}'s package lists`);
  for (const folder of ["sources", "lists/partial", "archives/partial"]) mkdirSync(join(apt, folder), { recursive: true });
  const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
  writeFileSync(join(apt, "sources", "debian.sources"),
    `Types: deb deb-src\nURIs: ${mirror()}\nSuites: ${suite}\nComponents: main\nSigned-By: ${keyring}\n`);
  runQuietly("apt-get", [...options, "update"]);
  listed = true;
}

/** Runs apt in a fresh folder; the file whose name `wanted` accepts, or null. apt may fail over a file that is not needed. */
function fetch(args, wanted) {
  updateLists();
  const folder = join(apt, "incoming");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  ask("apt-get", [...options, ...args], { cwd: folder });
  const name = readdirSync(folder).find(wanted);
  return name ? join(folder, name) : null;
}

async function keep(path, target, expected) {
  const actual = await sha256(path);
  if (expected && actual !== expected) throw new Trouble(`${target} has SHA-256 ${actual}, expected ${expected}. It was not used.`);
  mkdirSync(downloads, { recursive: true });
  renameSync(path, join(downloads, target));
  return join(downloads, target);
}

/** A binary package as a .deb in the cache. */
export async function binary({ name, version, sha256: expected }) {
  const target = `${name}_${expected.slice(0, 12)}.deb`;
  if (existsSync(join(downloads, target))) return join(downloads, target);
  say(`Downloading ${name} ${version}`);
  const isPackage = (file) => file.endsWith(".deb");
  const pinned = fetch(["download", `${name}=${version}`], isPackage);
  if (pinned) return keep(pinned, target, expected);
  // A point release has replaced it. apt checks what it gets against Debian's signed lists.
  const current = fetch(["download", name], isPackage);
  if (!current) throw new Trouble(`Debian ${suite} serves no package ${name} (${version} was wanted).`);
  say(`${name} ${version} is no longer served; taking the release's present one, checked by Debian's signature`);
  return keep(current, target, null);
}

/** The upstream source of a package as a tarball in the cache. */
export async function source({ name, version, file, sha256: expected }) {
  const target = `${name}_${expected.slice(0, 12)}.tar`;
  if (existsSync(join(downloads, target))) return join(downloads, target);
  say(`Downloading the source of ${name} ${version}`);
  const path = fetch(["source", "--download-only", `${name}=${version}`], (got) => got === file) ?? fetch(["source", "--download-only", name], (got) => got === file);
  if (!path) throw new Trouble(`Debian ${suite} does not serve ${file}.`);
  return keep(path, target, expected);
}
