// Compiles every contract of solidity/ and generated/ and writes artefacts/<contract>.json. Generated verifiers are compiled without
// viaIR, so that their key lies in the code as data; what imports them is compiled like the rest.
//
//   npm ci --ignore-scripts && node compile.mjs            writes the artefacts
//   node compile.mjs --check                               says which ones differ, and exits 1 if any does
//
// An artefact records the SHA-256 of every source of ours that went into it, and the version of each npm package that did, so that
// the Rust tests can tell a stale one without a compiler and without the packages.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import solc from "solc";

const root = dirname(fileURLToPath(import.meta.url));
const artefacts = join(root, "artefacts");
const shared = { evmVersion: "cancun", metadata: { bytecodeHash: "none", appendCBOR: false } };
const folders = {
  generated: { ...shared, optimizer: { enabled: true, runs: 200 }, viaIR: false },
  // With more runs SolvencyRegistry is larger than a contract may be.
  solidity: { ...shared, optimizer: { enabled: true, runs: 200 }, viaIR: true },
};

const paths = Object.keys(folders)
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name)))
  .filter((path) => path.endsWith(".sol"))
  .map((path) => relative(root, join(root, path)).replaceAll("\\", "/"))
  .sort();
const contents = Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
// `@scope/package` of a source that is imported from node_modules/.
const packageOf = (path) => path.match(/^@[^/]+\/[^/]+(?=\/)/)?.[0];
const fromPackage = (path) => {
  const name = packageOf(path);
  if (devDependencies[name] === undefined) return { error: `${path} is in no package that package.json names` };
  const { version } = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8"));
  if (version !== devDependencies[name]) return { error: `${name} is ${version}, not ${devDependencies[name]}: run npm ci` };
  return { contents: readFileSync(join(root, "node_modules", path), "utf8") };
};
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

const documents = new Map();

for (const [folder, settings] of Object.entries(folders)) {
  const isHere = (path) => path.startsWith(`${folder}/`);
  // Only solidity/ imports from the other folder.
  const sources = Object.fromEntries(
    paths.filter((path) => isHere(path) || folder === "solidity").map((path) => [path, { content: contents[path] }]),
  );
  const outputSelection = { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object", "metadata"] } };
  const input = { language: "Solidity", sources, settings: { ...settings, outputSelection } };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: fromPackage }));
  // A warning is as bad as an error, unless it is about a package: solc warns of every use of transient storage, also of the guard's.
  const errors = (output.errors ?? []).filter(
    ({ severity, sourceLocation }) => severity === "error" || packageOf(sourceLocation?.file ?? "") === undefined,
  );
  for (const { severity, formattedMessage } of errors) console.error(`${severity}: ${formattedMessage}`);
  if (errors.length > 0) process.exit(2);

  for (const [path, contracts] of Object.entries(output.contracts).filter(([path]) => isHere(path))) {
    for (const [contract, { abi, evm, metadata }] of Object.entries(contracts)) {
      const isCalled = abi.some(({ type }) => type === "function" || type === "fallback");
      if (evm.bytecode.object === "" || !isCalled) continue; // an interface, or a library that is compiled into others
      const used = Object.keys(JSON.parse(metadata).sources).sort();
      const packages = new Set(used.map(packageOf).filter((name) => name !== undefined));
      const document = {
        contract,
        source: path,
        sources: Object.fromEntries(
          used.filter((file) => packageOf(file) === undefined).map((file) => [file, sha256(contents[file])]),
        ),
        packages: Object.fromEntries([...packages].map((name) => [name, devDependencies[name]])),
        compiler: solc.version(),
        settings,
        abi,
        bytecode: evm.bytecode.object,
        runtimeBytes: evm.deployedBytecode.object.length / 2,
      };
      documents.set(`${contract}.json`, JSON.stringify(document, null, 2) + "\n");
    }
  }
}

mkdirSync(artefacts, { recursive: true });
const stale = readdirSync(artefacts).filter((name) => !documents.has(name));
if (process.argv.includes("--check")) {
  const differs = [...documents].filter(([name, text]) => {
    const path = join(artefacts, name);
    return !existsSync(path) || readFileSync(path, "utf8") !== text;
  });
  for (const name of [...stale, ...differs.map(([name]) => name)]) console.error(`artefacts/${name} is not up to date`);
  process.exit(stale.length + differs.length > 0 ? 1 : 0);
}
for (const name of stale) rmSync(join(artefacts, name));
for (const [name, text] of documents) writeFileSync(join(artefacts, name), text);
console.log(`${documents.size} artefacts written`);
