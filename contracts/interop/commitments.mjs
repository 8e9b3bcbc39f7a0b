// spec/commitments.md a second time, over circomlibjs' Poseidon: what the Rust code is compared with.
// Reads one JSON list of commitments to make from stdin, answers with a list of decimal strings.
import { buildPoseidon } from "circomlibjs";

const LIMB_BITS = 252n;
const VAULTS_PER_LEAF = 9;

const poseidon = await buildPoseidon();
const tagOf = (text) => BigInt("0x" + Buffer.from(text, "ascii").toString("hex"));
const hash = (tag, inputs) => BigInt(poseidon.F.toString(poseidon(inputs, tag === "" ? 0n : tagOf(tag), 1)));

function tree(tag, elements) {
  const nodes = [];
  let rest = elements;
  while (nodes.length + rest.length > 16) {
    nodes.push(hash(`${tag}.node`, rest.slice(0, 16)));
    rest = rest.slice(16);
  }
  return hash(tag, [...nodes, ...rest]);
}

/// [value, width] pairs as one integer, the first value lowest, and the number of its bits.
function concatenate(values) {
  return values.reduce(([sum, at], [value, width]) => [sum | (value << at), at + width], [0n, 0n]);
}

function cut([bits, length]) {
  const limbs = [];
  for (let at = 0n; at < length; at += LIMB_BITS) limbs.push((bits >> at) & ((1n << LIMB_BITS) - 1n));
  return limbs;
}

function leaf(vaults, blinding) {
  const positions = vaults.flatMap((vault) => vault.positions.flatMap(([amount, slot]) => [[amount, 64n], [slot, 6n]]));
  let [bits, length] = concatenate(positions);
  const beside = LIMB_BITS - 64n;
  const limbs = vaults.map((vault) => {
    const limb = vault.id | ((bits & ((1n << beside) - 1n)) << 64n);
    bits >>= beside;
    length = length > beside ? length - beside : 0n;
    return limb;
  });
  return hash("solvency.v1.vaults", [...limbs, ...cut([bits, length]), blinding]);
}

const make = {
  hash: ({ tag, inputs }) => hash(tag, inputs),
  total: ({ entries, blinding }) => tree("solvency.v1.total", [...entries, blinding]),
  pledge: ({ entries, blinding }) =>
    tree("solvency.v1.pledge", [...cut(concatenate(entries.map((entry) => [entry, 64n]))), blinding]),
  requirement: ({ requirement, salt }) => hash("solvency.v1.requirement", [requirement, salt]),
  book: ({ vaults, blindings }) => {
    const leaves = blindings.map((blinding, index) =>
      leaf(vaults.slice(index * VAULTS_PER_LEAF, (index + 1) * VAULTS_PER_LEAF), blinding));
    return tree("solvency.v1.book", leaves);
  },
};

/// Every string that is a decimal number becomes an integer.
const integers = (_, value) => (typeof value === "string" && /^[0-9]+$/.test(value) ? BigInt(value) : value);

let text = "";
for await (const part of process.stdin) text += part;
const wanted = JSON.parse(text, integers);
console.log(JSON.stringify(wanted.map(({ make: kind, ...rest }) => make[kind](rest).toString())));
