// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated; do not edit. To make it again: solvency export solidity --key 0x6e9db84b102ad646ae2a4233ddf284aa1c321a3cd321b67a8bd80beb381d5330
pragma solidity ^0.8.27;

// Groth16 proofs of repledge-3x4/1 over BN254, under the key
// 0x6e9db84b102ad646ae2a4233ddf284aa1c321a3cd321b67a8bd80beb381d5330
// from a development set-up: whoever ran it can forge. Not for production.
//
// What this does not show: that the public inputs are those of a statement that anybody made, that the statement is still
// valid, or that it is meant for the caller. Proofs are malleable, (-A, -B, C) verifies too: key nothing on their bytes.
//
// Compile it with the optimiser and without viaIR: then the key lies in the code as it stands here and is copied at once.
// With viaIR the contracts do the same and are larger.

/// How `Repledge3x4Verifier` is called. Nothing is returned: who gets no error knows that the proof holds.
interface IRepledge3x4Verifier {
    /// The call has more or fewer bytes than its arguments.
    error WrongLength();
    /// Public input `index` is not below the order of the groups: it would be a second name of a smaller one.
    error InputNotInField(uint256 index);
    /// A precompile refused: a point of the proof is at infinity, off its curve or outside its subgroup, or a coordinate is not
    /// reduced; or there was too little gas. No verdict.
    error PrecompileFailed();
    /// The proof is none of these public inputs.
    error ProofInvalid();

    /// Reverts unless e(A, B) = e(alpha, beta) e(IC(inputs), gamma) e(C, delta).
    /// `proof` is A.x A.y B.x1 B.x0 B.y1 B.y0 C.x C.y, imaginary parts first.
    function verifyProof(uint256[8] calldata proof, uint256[8] calldata inputs) external view;
}

/// What `Repledge3x4BatchVerifier` answers besides.
interface IRepledge3x4BatchVerifier is IRepledge3x4Verifier {
    /// There is nothing to verify.
    error EmptyBatch();
    /// Input `index` of proof `proof` is not below the order of the groups.
    error BatchInputNotInField(uint256 proof, uint256 index);
    /// A or C of this proof is refused, or a point of it is at infinity; or there was too little gas.
    error BatchPointRefused(uint256 proof);

    /// Reverts unless every proof holds, each for the inputs at its place. `ProofInvalid` does not say which one is not:
    /// `verifyProof` does. A B that is refused is `PrecompileFailed`.
    function verifyBatch(uint256[8][] calldata proofs, uint256[8][] calldata inputs) external view;

    function KEY_ID() external pure returns (bytes32);
    function CIRCUIT() external pure returns (bytes32);
    function MATRICES() external pure returns (bytes32);
    function CEREMONY() external pure returns (bytes32);
    function INPUT_COUNT() external pure returns (uint256);
}

/// The key and the equation, for the contracts that are compiled with it. It never ends the call of who uses it.
library Repledge3x4Groth16 {
    /// SHA-256 of the verifying key's canonical bytes, under its domain tag.
    bytes32 internal constant KEY_ID = 0x6e9db84b102ad646ae2a4233ddf284aa1c321a3cd321b67a8bd80beb381d5330;
    /// Keccak-256 of "repledge-3x4/1", the circuit and its version.
    bytes32 internal constant CIRCUIT = 0x61a46fc59684f38582b8cc295e0e5e694622c2f0cde490ee28f85b294a69f3d2;
    /// Hash of the circuit's matrices that the key was made for.
    bytes32 internal constant MATRICES = 0x6a1c79e3b952724281e9a1623a188eff3a22cf9bf2779ccec3e6ea0967185639;
    /// SHA-256 of the transcript of the key's ceremony; zero where there was none.
    bytes32 internal constant CEREMONY = 0x0000000000000000000000000000000000000000000000000000000000000000;

    /// The key, one coordinate a line, imaginary parts first. With these signs the four pairings multiply to one.
    bytes private constant KEY =
        hex"1b96b69e1849c0ad6c185a20b410741ed4679f0b18f6b8c041815d3d84733caa" // IC1.x
        hex"1731716e2637cc30696e4c2b46bbabeac06266663ad62777dfd1b98c39a67fc3" // IC1.y
        hex"2bdaf5fc9713415b4c3f79d66160790dc489d04ce7349f2c7cde3b9d9e49f683" // IC2.x
        hex"1c8abfca9c45b78f83ab1cfb3ac50b3c315b9eb40ae491870ce33c6b401fce21" // IC2.y
        hex"26d1e8dee5ed8a9563d36fd988483f716b8a42aec7d5d671057b28733a94907b" // IC3.x
        hex"128979e304897e68bd8bbd7da48bca3a6eaeae4c54fa44674c4df27428dcb12e" // IC3.y
        hex"221352262818710e30c5371d765dc3911f50928c04fb8df1950157d2be1ef481" // IC4.x
        hex"010674c0fd69d4e2b20a317d0305d308e171f335fdc2c3e7f9b4914f65f62fd3" // IC4.y
        hex"1f4872698f23e5d0c86af0344a46e4874d12f206ef3f54c76d0385db235bb4e2" // IC5.x
        hex"21865e0d1ba177614233f95fecb2b6c7b640926057093c635e23c50bb0f05a36" // IC5.y
        hex"1409a3b47f616553e8a35e75dfae16efa6bc0c60de2e4da1c5f4243b57938e13" // IC6.x
        hex"224ffc2d407eacc8957934e782f88ec6245632b761f9ef2c6cf5c3ac3f7b432c" // IC6.y
        hex"14ecabf64013834a0a8b97c204ee146d7d44afac6e2f28e16f1abdf035658af2" // IC7.x
        hex"245ccb0ce48fa9550ade740abbddf46893ec5023bc00eef2aba193c37888c4d7" // IC7.y
        hex"02c0addc0cb3ca20ae253d20c1531388c7cd477365bc943085c2159f47936073" // IC8.x
        hex"2f96a198cc1ad24e160b638d981ec30ca0f36ac4fe65c88436013643a2fc7aab" // IC8.y
        hex"00a7239a9b95565b3aaee7fd98ec689666c79065251e08abee8a406aee54eb49" // -gamma.x1
        hex"03de55ac943b266050c843ffe37c2035814aaf45c0b6c122af8334ebc6c3d0f3" // -gamma.x0
        hex"22a84825895b34ea665fba2362308d61a24ebc57532c19e200b7aa423af30eb3" // -gamma.y1
        hex"1fa6d0ec467d1e3b0d479e8c1ddb9535eb9c5cb6bf47d14947b58200d1da90ea" // -gamma.y0
        hex"109bfef600d52d30205046c7fd1d6be1e9ff76fad5c9a6ea3c23b8a6036a37b0" // -delta.x1
        hex"29b0b0fdff4a2dbb7e14c595ba5f100f85b7c510f8869b48c8497c6d1068e5b8" // -delta.x0
        hex"1423e70bb14ef9094844ff78fc357bef57eba861d5c1194b4bca3b36f9376eee" // -delta.y1
        hex"13f4d9f5c9e7446ef5b9092d86b3d3275815263c224b775a3a78fdb7f995cf2c" // -delta.y0
        hex"12566bf10d2cdfc4f4aa755a0b33280b2ea90234835024b6fc05e5aa2d3911a3" // -alpha.x
        hex"0fa1c55367cec7905e4120384837412f94f52c0cf084a24c41e73e5dc393ca03" // -alpha.y
        hex"106875cbcd9c27446f4b3dfb65150be4340ea36e2ca18ea0f4cbb6966a7edfa0" // beta.x1
        hex"1fe98a884de4cb0327069e56f79ee578edaeebac485e30ff6f5d1d4dce280de0" // beta.x0
        hex"2ba34017d6f3152678766bcb3ca2c96d46881170a21eeba717f1c637540aa7dc" // beta.y1
        hex"0cedfd5b41dcf89bf38114416838fd7ff645bd0d7824811d5af180047cb2efd5" // beta.y0
        hex"0a0fcffd45bdc90f7d224e8377a05ee08d47ab8685e90df0cbca5bc7438212ba" // IC0.x
        hex"11f3097d0982a8ac003b1b7f3afd8d114f5e61e760bc5548bba073d1c58c3921"; // IC0.y;

    /// Order of the groups.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;

    // A precompile that fails takes all gas that it is given. These are the most that one gets which a point of a proof can
    // make fail: three times the price of EIP-1108 and more. Sums of the key's own points can't fail.

    /// For the pairing of four pairs, which costs 181,000.
    uint256 private constant PAIRING_GAS = 590_000;
    /// For a pairing, besides what each pair adds: it costs 45,000.
    uint256 private constant BATCH_GAS = 150_000;
    /// For each pair of a pairing: it costs 34,000.
    uint256 private constant PAIR_GAS = 110_000;
    /// For a multiple of a point, which costs 6,000.
    uint256 private constant MULTIPLE_GAS = 20_000;

    /// Whether the proof is one of the inputs. Reverts with `InputNotInField` or `PrecompileFailed` where there is no answer.
    function holds(uint256[8] calldata proof, uint256[8] calldata inputs) internal view returns (bool) {
        uint256 proofOffset;
        uint256 inputsOffset;
        assembly ("memory-safe") {
            proofOffset := proof
            inputsOffset := inputs
        }
        return holdsAt(proofOffset, inputsOffset);
    }

    /// As `holds`, of the words that begin at these offsets of the calldata, which the caller knows to be there.
    function holdsAt(uint256 proof, uint256 inputs) internal view returns (bool valid) {
        bytes memory key = KEY;
        assembly ("memory-safe") {
            // IC0 + inputs[0] IC1 + ... replaces IC0, which ends the key: EIP-196 takes the sum so far, a term and its scalar there.
            let sum := add(key, 0x3e0)
            let term := add(sum, 0x40)
            let point := add(key, 0x20)
            let last := add(point, 0x200)
            // The precompiles take points at infinity. These have y = 0, and no other point of either group has.
            let done := iszero(
                or(
                    or(iszero(calldataload(add(proof, 0x20))), iszero(calldataload(add(proof, 0xe0)))),
                    iszero(or(calldataload(add(proof, 0x80)), calldataload(add(proof, 0xa0))))
                )
            )
            for {} 1 {} {
                mcopy(term, point, 0x40)
                let scalar := calldataload(inputs)
                if iszero(lt(scalar, R)) {
                    mstore(0, 0x98664c37) // InputNotInField(uint256)
                    mstore(0x20, sub(8, shr(6, sub(last, point))))
                    revert(0x1c, 0x24)
                }
                mstore(add(sum, 0x80), scalar)
                // The last argument is evaluated first: term := scalar term, then sum := sum + term.
                done := and(
                    and(staticcall(gas(), 6, sum, 0x80, sum, 0x40), staticcall(gas(), 7, term, 0x60, term, 0x40)),
                    done
                )
                inputs := add(inputs, 0x20)
                point := add(point, 0x40)
                if eq(point, last) { break }
            }

            // (A, B) (C, -delta) (-alpha, beta) (sum, -gamma): -gamma follows the sum, the proof goes before -delta.
            mcopy(term, last, 0x80)
            point := sub(sum, 0x240)
            calldatacopy(point, proof, 0x100)
            if iszero(and(done, staticcall(PAIRING_GAS, 8, point, 0x300, 0, 0x20))) {
                mstore(0, 0x84e81692) // PrecompileFailed()
                revert(0x1c, 4)
            }
            valid := mload(0)
        }
    }

    /// Whether all proofs hold. With weights w that nobody knew before proofs and inputs were fixed, the product of
    /// e(w A, B) has to be e(sum of w alpha, beta) e(sum of w IC(inputs), gamma) e(sum of w C, delta): a proof that does not
    /// hold goes unnoticed with a probability of 2^-128.
    function allHold(uint256[8][] calldata proofs, uint256[8][] calldata inputs)
        internal
        view
        returns (bool valid)
    {
        if (proofs.length == 0) revert IRepledge3x4BatchVerifier.EmptyBatch();
        if (proofs.length != inputs.length) revert IRepledge3x4Verifier.WrongLength();
        uint256 seed = _seed(proofs, inputs);
        uint256[9] memory scalars = _scalars(seed, inputs);

        // The pairs of the proofs and three more; then a sum of points, a point and its scalar.
        uint256 pairs;
        uint256 sum;
        assembly ("memory-safe") {
            pairs := mload(0x40)
            sum := add(pairs, mul(0xc0, add(proofs.length, 3)))
            mstore(0x40, add(sum, 0xa0))
        }
        _weighProofs(seed, proofs, pairs, sum);
        bool done = _weighKey(scalars, pairs + 0xc0 * proofs.length, sum);
        assembly ("memory-safe") {
            let count := add(proofs.length, 3)
            let limit := add(BATCH_GAS, mul(PAIR_GAS, count))
            done := and(done, staticcall(limit, 8, pairs, mul(0xc0, count), 0, 0x20))
            valid := mload(0)
        }
        if (!done) revert IRepledge3x4Verifier.PrecompileFailed();
    }

    /// Hash of everything that is to be verified.
    function _seed(uint256[8][] calldata proofs, uint256[8][] calldata inputs) private pure returns (uint256 seed) {
        bytes32 keyId = KEY_ID;
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(start, keyId)
            mstore(add(start, 0x20), proofs.length)
            let end := add(start, 0x40)
            let size := shl(8, proofs.length)
            calldatacopy(end, proofs.offset, size)
            end := add(end, size)
            size := mul(0x100, inputs.length)
            calldatacopy(end, inputs.offset, size)
            seed := keccak256(start, sub(add(end, size), start))
        }
    }

    /// The weight of a proof: 128 bits.
    function _weight(uint256 seed, uint256 index) private pure returns (uint256 weight) {
        assembly ("memory-safe") {
            mstore(0, seed)
            mstore(0x20, index)
            weight := shr(128, keccak256(0, 0x40))
        }
    }

    /// The scalars of IC1, IC2, ..., IC0: the sum of each input's multiples, then of all weights.
    function _scalars(uint256 seed, uint256[8][] calldata inputs)
        private
        pure
        returns (uint256[9] memory scalars)
    {
        for (uint256 i = 0; i < inputs.length; ++i) {
            uint256 weight = _weight(seed, i);
            uint256[8] calldata row = inputs[i];
            scalars[8] += weight;
            for (uint256 j = 0; j < 8; ++j) {
                uint256 scalar = row[j];
                if (scalar >= R) revert IRepledge3x4BatchVerifier.BatchInputNotInField(i, j);
                scalars[j] = addmod(scalars[j], mulmod(weight, scalar, R), R);
            }
        }
    }

    /// Writes (w A, B) for each proof to `pairs`, and the sum of w C into the pair that follows them.
    function _weighProofs(uint256 seed, uint256[8][] calldata proofs, uint256 pairs, uint256 sum) private view {
        assembly ("memory-safe") {
            calldatacopy(sum, calldatasize(), 0x40) // zeros: the point at infinity
        }
        for (uint256 i = 0; i < proofs.length; ++i) {
            uint256 weight = _weight(seed, i);
            uint256[8] calldata proof = proofs[i];
            bool done = (proof[1] != 0) && (proof[7] != 0) && ((proof[4] | proof[5]) != 0);
            assembly ("memory-safe") {
                let term := add(sum, 0x40)
                calldatacopy(term, proof, 0x40)
                mstore(add(sum, 0x80), weight)
                done := and(done, staticcall(MULTIPLE_GAS, 7, term, 0x60, pairs, 0x40))
                calldatacopy(add(pairs, 0x40), add(proof, 0x40), 0x80)
                calldatacopy(term, add(proof, 0xc0), 0x40)
                done := and(done, staticcall(MULTIPLE_GAS, 7, term, 0x60, term, 0x40))
                done := and(done, staticcall(gas(), 6, sum, 0x80, sum, 0x40))
                pairs := add(pairs, 0xc0)
            }
            if (!done) revert IRepledge3x4BatchVerifier.BatchPointRefused(i);
        }
        assembly ("memory-safe") {
            mcopy(pairs, sum, 0x40)
        }
    }

    /// Completes the pair at `pairs` with -delta, and writes (sum of w IC(inputs), -gamma) and (sum of w -alpha, beta) after it.
    function _weighKey(uint256[9] memory scalars, uint256 pairs, uint256 sum) private view returns (bool done) {
        bytes memory key = KEY;
        assembly ("memory-safe") {
            // The multiple of a point is written to `to`.
            function multiply(sum_, point_, scalar, to) -> ok {
                mcopy(add(sum_, 0x40), point_, 0x40)
                mstore(add(sum_, 0x80), scalar)
                ok := staticcall(gas(), 7, add(sum_, 0x40), 0x60, to, 0x40)
            }

            let point := add(key, 0x20)
            calldatacopy(sum, calldatasize(), 0x40)
            done := 1
            for { let i := 0 } lt(i, 8) { i := add(i, 1) } {
                done := and(multiply(sum, point, mload(add(scalars, shl(5, i))), add(sum, 0x40)), done)
                done := and(staticcall(gas(), 6, sum, 0x80, sum, 0x40), done)
                point := add(point, 0x40)
            }

            // Now `point` is at -gamma, -delta, -alpha, beta, IC0.
            let weights := mload(add(scalars, 0x100))
            done := and(multiply(sum, add(point, 0x1c0), weights, add(sum, 0x40)), done)
            done := and(staticcall(gas(), 6, sum, 0x80, add(pairs, 0xc0), 0x40), done)
            done := and(multiply(sum, add(point, 0x100), weights, add(pairs, 0x180)), done)
            mcopy(add(pairs, 0x40), add(point, 0x80), 0x80)
            mcopy(add(pairs, 0x100), point, 0x80)
            mcopy(add(pairs, 0x1c0), add(point, 0x140), 0x80)
        }
    }
}

/// Verifies one proof a call. It has one function, `verifyProof`, which is read here by hand, because Solidity's decoder gives
/// no reason where a call is too short and takes one that is too long.
contract Repledge3x4Verifier {
    fallback() external {
        assembly ("memory-safe") {
            if xor(shr(0xe0, calldataload(0)), 0xa6047e6c) { revert(0, 0) } // verifyProof(uint256[8],uint256[8])
            if xor(calldatasize(), 0x204) {
                mstore(0, 0x92aa5ab2) // WrongLength()
                revert(0x1c, 4)
            }
        }
        bool valid = Repledge3x4Groth16.holdsAt(4, 0x104);
        assembly ("memory-safe") {
            if iszero(valid) {
                mstore(0, 0x7fcdd1f4) // ProofInvalid()
                revert(0x1c, 4)
            }
        }
    }
}

/// Verifies any number of proofs at once as well, and tells what it verifies.
contract Repledge3x4BatchVerifier is Repledge3x4Verifier {
    bytes32 public constant KEY_ID = Repledge3x4Groth16.KEY_ID;
    bytes32 public constant CIRCUIT = Repledge3x4Groth16.CIRCUIT;
    bytes32 public constant MATRICES = Repledge3x4Groth16.MATRICES;
    bytes32 public constant CEREMONY = Repledge3x4Groth16.CEREMONY;
    uint256 public constant INPUT_COUNT = 8;

    /// As `IRepledge3x4BatchVerifier` says.
    function verifyBatch(uint256[8][] calldata proofs, uint256[8][] calldata inputs) external view {
        // The arrays begin where the ABI's encoders put them, and nothing follows them.
        uint256 size;
        unchecked {
            size = 0x84 + proofs.length * 0x100 + inputs.length * 0x100;
        }
        if (msg.data.length != size) revert IRepledge3x4Verifier.WrongLength();
        if (!Repledge3x4Groth16.allHold(proofs, inputs)) revert IRepledge3x4Verifier.ProofInvalid();
    }
}

/// Takes the call of a contract that snarkjs generates. It answers false where the proof is none of these inputs, and reverts
/// where snarkjs' contract answers false without a verdict: for inputs that are not reduced, points that are none, too little gas.
contract Repledge3x4SnarkjsVerifier {
    /// `a` begins a proof's eight words, which follow each other: A, then B with its imaginary parts first, then C.
    function verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata,
        uint256[2] calldata,
        uint256[8] calldata inputs
    ) external view returns (bool) {
        if (msg.data.length != 0x204) revert IRepledge3x4Verifier.WrongLength();
        uint256[8] calldata proof;
        assembly ("memory-safe") {
            proof := a
        }
        return Repledge3x4Groth16.holds(proof, inputs);
    }
}
