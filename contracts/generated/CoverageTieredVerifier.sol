// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated; do not edit. To make it again: solvency export solidity --key 0x2f425dbd7572b73e81de7dbf58f8b20b1fdd1c2f5a4591f9a4be496d44196937
pragma solidity ^0.8.27;

// Groth16 proofs of coverage-tiered/1 over BN254, under the key
// 0x2f425dbd7572b73e81de7dbf58f8b20b1fdd1c2f5a4591f9a4be496d44196937
// from a development set-up: whoever ran it can forge. Not for production.
//
// What this does not show: that the public inputs are those of a statement that anybody made, that the statement is still
// valid, or that it is meant for the caller. Proofs are malleable, (-A, -B, C) verifies too: key nothing on their bytes.
//
// Compile it with the optimiser and without viaIR: then the key lies in the code as it stands here and is copied at once.
// With viaIR the contracts do the same and are larger.

/// How `CoverageTieredVerifier` is called. Nothing is returned: who gets no error knows that the proof holds.
interface ICoverageTieredVerifier {
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
    function verifyProof(uint256[8] calldata proof, uint256[4] calldata inputs) external view;
}

/// What `CoverageTieredBatchVerifier` answers besides.
interface ICoverageTieredBatchVerifier is ICoverageTieredVerifier {
    /// There is nothing to verify.
    error EmptyBatch();
    /// Input `index` of proof `proof` is not below the order of the groups.
    error BatchInputNotInField(uint256 proof, uint256 index);
    /// A or C of this proof is refused, or a point of it is at infinity; or there was too little gas.
    error BatchPointRefused(uint256 proof);

    /// Reverts unless every proof holds, each for the inputs at its place. `ProofInvalid` does not say which one is not:
    /// `verifyProof` does. A B that is refused is `PrecompileFailed`.
    function verifyBatch(uint256[8][] calldata proofs, uint256[4][] calldata inputs) external view;

    function KEY_ID() external pure returns (bytes32);
    function CIRCUIT() external pure returns (bytes32);
    function MATRICES() external pure returns (bytes32);
    function CEREMONY() external pure returns (bytes32);
    function INPUT_COUNT() external pure returns (uint256);
}

/// The key and the equation, for the contracts that are compiled with it. It never ends the call of who uses it.
library CoverageTieredGroth16 {
    /// SHA-256 of the verifying key's canonical bytes, under its domain tag.
    bytes32 internal constant KEY_ID = 0x2f425dbd7572b73e81de7dbf58f8b20b1fdd1c2f5a4591f9a4be496d44196937;
    /// Keccak-256 of "coverage-tiered/1", the circuit and its version.
    bytes32 internal constant CIRCUIT = 0x2719a76f926080368c48ae03317e55a339a415726f70dbe16dba002143339c29;
    /// Hash of the circuit's matrices that the key was made for.
    bytes32 internal constant MATRICES = 0xaface6e039246eb25e642d0193723266e0d867fe4bd7ce5f70298e7db8dcf523;
    /// SHA-256 of the transcript of the key's ceremony; zero where there was none.
    bytes32 internal constant CEREMONY = 0x0000000000000000000000000000000000000000000000000000000000000000;

    /// The key, one coordinate a line, imaginary parts first. With these signs the four pairings multiply to one.
    bytes private constant KEY =
        hex"14a8d45daf3d2920bce3be0c3ac2c16231f9c1dc8c10cf764ffa3fce2f6cc279" // IC1.x
        hex"189e7acb182f6b7f327ea547b3d7858bcb02e6f55716bff6ac7dadc7593c6bab" // IC1.y
        hex"2822d87f17f2a88fb62f987d924f9286cbc4a84fc04834ab89dc9bf23f1c7289" // IC2.x
        hex"0bd6c7287551224baca652a436f930a4a66098a49c15875bc36b66abac25825d" // IC2.y
        hex"00c81b2abc3074ab926dbcfc900d50467a407d09738cdfdcd187a7e3a3984468" // IC3.x
        hex"031fc9b8768de60800061f09dd8c301ba80d51474eebc0d15192989c8b206b7f" // IC3.y
        hex"1fc63fd7acf44faca2bc4b83a5213de0f06e35aeb1456c391d575dd5aa5987ad" // IC4.x
        hex"1f04e6ab75b2c1cf6cadec7ab1bc4515e3c0c9a351e12642458ee8e7c8eb9f76" // IC4.y
        hex"175544a728ca8de1ec1bb5ab97fc17dd29f131b8750a7e5bf2b7838d576c6406" // -gamma.x1
        hex"0202d96ca9ae4289b75abb44ee8ed46ea6dfa07d1eb9a0190b6242f1110ed065" // -gamma.x0
        hex"04ec428d983c99f606b953590e6c3d31bfacda901a1b33fb9f92bff8b0013d5b" // -gamma.y1
        hex"1d9120eef1fe98094843cb8a8f8494bc0fbfbfe75720bd5143b5b93f60cd565f" // -gamma.y0
        hex"2ae5450b4856b7a05f981415bda1dca78e42b0f097ca0f6e64d2784cb613cd2e" // -delta.x1
        hex"22bdb08871b7bb35180707a63fce9aa98b1784401b6c04b089893471c0675563" // -delta.x0
        hex"2605c9d21393141efeb9b7e034c94e29aa1997d9c5fcf7a3b1d918cde27c345a" // -delta.y1
        hex"2dbc9230a7ef63a1aaf58a017613063f8adc7554dc2f470b5dc3d57ef4e913b0" // -delta.y0
        hex"1edcdca9e35a74084eaf5b6167d1d770b4a8410536509d0b8e7f860991d6b0a8" // -alpha.x
        hex"0a18a6a4d3e122907c095d567e3c13dafff80db84bad011307ff842629a65a1f" // -alpha.y
        hex"24408225f41c3ec6217c9e735c7ea89ac1b50e8aea64b63bc8b4a02f22800460" // beta.x1
        hex"19f2352b5501e2b4633d4bcb9d0ebca317156a2b7f5aaa0d64c2de258ee2a3ec" // beta.x0
        hex"12f6a97d0ab6e863f836672cf071fc05703c3ddacdea63c0106e4776caeb97ae" // beta.y1
        hex"13d36cafe4f5ce9dc4534961ebb61b5e340d120bed148254126a8ec911d110b1" // beta.y0
        hex"039f2df699236ff85e838dadb77ec563f61be82c6c7a102ee9281924971d7f85" // IC0.x
        hex"1964b5bc0eb896866b421217a39b883085a237b598a77b11fb6840280a2b1f49"; // IC0.y;

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
    function holds(uint256[8] calldata proof, uint256[4] calldata inputs) internal view returns (bool) {
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
            let sum := add(key, 0x2e0)
            let term := add(sum, 0x40)
            let point := add(key, 0x20)
            let last := add(point, 0x100)
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
                    mstore(0x20, sub(4, shr(6, sub(last, point))))
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
    function allHold(uint256[8][] calldata proofs, uint256[4][] calldata inputs)
        internal
        view
        returns (bool valid)
    {
        if (proofs.length == 0) revert ICoverageTieredBatchVerifier.EmptyBatch();
        if (proofs.length != inputs.length) revert ICoverageTieredVerifier.WrongLength();
        uint256 seed = _seed(proofs, inputs);
        uint256[5] memory scalars = _scalars(seed, inputs);

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
        if (!done) revert ICoverageTieredVerifier.PrecompileFailed();
    }

    /// Hash of everything that is to be verified.
    function _seed(uint256[8][] calldata proofs, uint256[4][] calldata inputs) private pure returns (uint256 seed) {
        bytes32 keyId = KEY_ID;
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(start, keyId)
            mstore(add(start, 0x20), proofs.length)
            let end := add(start, 0x40)
            let size := shl(8, proofs.length)
            calldatacopy(end, proofs.offset, size)
            end := add(end, size)
            size := mul(0x80, inputs.length)
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
    function _scalars(uint256 seed, uint256[4][] calldata inputs)
        private
        pure
        returns (uint256[5] memory scalars)
    {
        for (uint256 i = 0; i < inputs.length; ++i) {
            uint256 weight = _weight(seed, i);
            uint256[4] calldata row = inputs[i];
            scalars[4] += weight;
            for (uint256 j = 0; j < 4; ++j) {
                uint256 scalar = row[j];
                if (scalar >= R) revert ICoverageTieredBatchVerifier.BatchInputNotInField(i, j);
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
            if (!done) revert ICoverageTieredBatchVerifier.BatchPointRefused(i);
        }
        assembly ("memory-safe") {
            mcopy(pairs, sum, 0x40)
        }
    }

    /// Completes the pair at `pairs` with -delta, and writes (sum of w IC(inputs), -gamma) and (sum of w -alpha, beta) after it.
    function _weighKey(uint256[5] memory scalars, uint256 pairs, uint256 sum) private view returns (bool done) {
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
            for { let i := 0 } lt(i, 4) { i := add(i, 1) } {
                done := and(multiply(sum, point, mload(add(scalars, shl(5, i))), add(sum, 0x40)), done)
                done := and(staticcall(gas(), 6, sum, 0x80, sum, 0x40), done)
                point := add(point, 0x40)
            }

            // Now `point` is at -gamma, -delta, -alpha, beta, IC0.
            let weights := mload(add(scalars, 0x80))
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
contract CoverageTieredVerifier {
    fallback() external {
        assembly ("memory-safe") {
            if xor(shr(0xe0, calldataload(0)), 0x23572511) { revert(0, 0) } // verifyProof(uint256[8],uint256[4])
            if xor(calldatasize(), 0x184) {
                mstore(0, 0x92aa5ab2) // WrongLength()
                revert(0x1c, 4)
            }
        }
        bool valid = CoverageTieredGroth16.holdsAt(4, 0x104);
        assembly ("memory-safe") {
            if iszero(valid) {
                mstore(0, 0x7fcdd1f4) // ProofInvalid()
                revert(0x1c, 4)
            }
        }
    }
}

/// Verifies any number of proofs at once as well, and tells what it verifies.
contract CoverageTieredBatchVerifier is CoverageTieredVerifier {
    bytes32 public constant KEY_ID = CoverageTieredGroth16.KEY_ID;
    bytes32 public constant CIRCUIT = CoverageTieredGroth16.CIRCUIT;
    bytes32 public constant MATRICES = CoverageTieredGroth16.MATRICES;
    bytes32 public constant CEREMONY = CoverageTieredGroth16.CEREMONY;
    uint256 public constant INPUT_COUNT = 4;

    /// As `ICoverageTieredBatchVerifier` says.
    function verifyBatch(uint256[8][] calldata proofs, uint256[4][] calldata inputs) external view {
        // The arrays begin where the ABI's encoders put them, and nothing follows them.
        uint256 size;
        unchecked {
            size = 0x84 + proofs.length * 0x100 + inputs.length * 0x80;
        }
        if (msg.data.length != size) revert ICoverageTieredVerifier.WrongLength();
        if (!CoverageTieredGroth16.allHold(proofs, inputs)) revert ICoverageTieredVerifier.ProofInvalid();
    }
}

/// Takes the call of a contract that snarkjs generates. It answers false where the proof is none of these inputs, and reverts
/// where snarkjs' contract answers false without a verdict: for inputs that are not reduced, points that are none, too little gas.
contract CoverageTieredSnarkjsVerifier {
    /// `a` begins a proof's eight words, which follow each other: A, then B with its imaginary parts first, then C.
    function verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata,
        uint256[2] calldata,
        uint256[4] calldata inputs
    ) external view returns (bool) {
        if (msg.data.length != 0x184) revert ICoverageTieredVerifier.WrongLength();
        uint256[8] calldata proof;
        assembly ("memory-safe") {
            proof := a
        }
        return CoverageTieredGroth16.holds(proof, inputs);
    }
}
