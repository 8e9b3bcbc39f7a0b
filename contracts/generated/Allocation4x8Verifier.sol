// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated; do not edit. To make it again: solvency export solidity --key 0x9cbb4e51fb7048d9d73806fdfde3618271daa2cc6687f65541ceb4a60fd4a378
pragma solidity ^0.8.27;

// Groth16 proofs of allocation-4x8/1 over BN254, under the key
// 0x9cbb4e51fb7048d9d73806fdfde3618271daa2cc6687f65541ceb4a60fd4a378
// from a development set-up: whoever ran it can forge. Not for production.
//
// What this does not show: that the public inputs are those of a statement that anybody made, that the statement is still
// valid, or that it is meant for the caller. Proofs are malleable, (-A, -B, C) verifies too: key nothing on their bytes.
//
// Compile it with the optimiser and without viaIR: then the key lies in the code as it stands here and is copied at once.
// With viaIR the contracts do the same and are larger.

/// How `Allocation4x8Verifier` is called. Nothing is returned: who gets no error knows that the proof holds.
interface IAllocation4x8Verifier {
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
    function verifyProof(uint256[8] calldata proof, uint256[13] calldata inputs) external view;
}

/// What `Allocation4x8BatchVerifier` answers besides.
interface IAllocation4x8BatchVerifier is IAllocation4x8Verifier {
    /// There is nothing to verify.
    error EmptyBatch();
    /// Input `index` of proof `proof` is not below the order of the groups.
    error BatchInputNotInField(uint256 proof, uint256 index);
    /// A or C of this proof is refused, or a point of it is at infinity; or there was too little gas.
    error BatchPointRefused(uint256 proof);

    /// Reverts unless every proof holds, each for the inputs at its place. `ProofInvalid` does not say which one is not:
    /// `verifyProof` does. A B that is refused is `PrecompileFailed`.
    function verifyBatch(uint256[8][] calldata proofs, uint256[13][] calldata inputs) external view;

    function KEY_ID() external pure returns (bytes32);
    function CIRCUIT() external pure returns (bytes32);
    function MATRICES() external pure returns (bytes32);
    function CEREMONY() external pure returns (bytes32);
    function INPUT_COUNT() external pure returns (uint256);
}

/// The key and the equation, for the contracts that are compiled with it. It never ends the call of who uses it.
library Allocation4x8Groth16 {
    /// SHA-256 of the verifying key's canonical bytes, under its domain tag.
    bytes32 internal constant KEY_ID = 0x9cbb4e51fb7048d9d73806fdfde3618271daa2cc6687f65541ceb4a60fd4a378;
    /// Keccak-256 of "allocation-4x8/1", the circuit and its version.
    bytes32 internal constant CIRCUIT = 0xc5733760df967131ecd1c51ce5cf2cffed66ed7a06c26571965b4f13118775b9;
    /// Hash of the circuit's matrices that the key was made for.
    bytes32 internal constant MATRICES = 0x5216885c8ce0894ce5bca633c33e0e482d4170f149ea6c335743ddf76aa8a92b;
    /// SHA-256 of the transcript of the key's ceremony; zero where there was none.
    bytes32 internal constant CEREMONY = 0x0000000000000000000000000000000000000000000000000000000000000000;

    /// The key, one coordinate a line, imaginary parts first. With these signs the four pairings multiply to one.
    bytes private constant KEY =
        hex"029126e00647bdaecc16222d9f9c898ba9224f48d13faff1d0e1c7364d6bd9f4" // IC1.x
        hex"0ddc068ede86d40ec8e4e05c35a12411574d32fdf5b16d02c782092eb712a159" // IC1.y
        hex"19e0f9d60087bc5c6fa1c4a30ab349c3939f41762caa426a8408201f5c9ec65d" // IC2.x
        hex"1c58d5de8a7ecfd8858b1b97b1e79828502a1f29d78454613424b527ebe754d6" // IC2.y
        hex"174dd19d6bab98c3f23b4eb93229d6e239068541b6f72b77bdf3ee29e1b7a0cc" // IC3.x
        hex"2ae8794eab4fe1a1bcd1195b9a605d549deaef55801d3ff7f180143ac8a7a5e1" // IC3.y
        hex"0bf0b12259c648e7b75f5a0439b17822fec653fafc595c82824585d47dd8047a" // IC4.x
        hex"224d5658af29cb58aecc2e2a712acb70d902df7560388700acdce80146a29c91" // IC4.y
        hex"1e8a1649fe97c619a9d0b12d17b41906a9876d64d547123c4c5de2a5241fd216" // IC5.x
        hex"2f24a401276bf0dff8b5ee1b77253afbb87f3627c072c3f95b505f4ea9c81d39" // IC5.y
        hex"16f9a69e9f919de8714fca35eedd606931274a123c046d53c28263fbcd023bcb" // IC6.x
        hex"296afd1bfcaecc1dd3154b3a97cdba446e851d2be63b2b2cfd5ee425396d4b20" // IC6.y
        hex"21cc62d70d9b9a2bf493228138b04e1ac2fe04306c1404976adc9eedb7fda3a7" // IC7.x
        hex"0e45be4b08fa3549bb45cde745c0a30f051922b35dfd6404f0c44c530fa34363" // IC7.y
        hex"253cf6be855775763f48fc732ce7815adf182b1512a3a4486e8359998dabb79f" // IC8.x
        hex"0c2cda47167994339aada898dc9c2c4f3f1a64e5c999a253d5391e1200fc7688" // IC8.y
        hex"2a65325bdb28f516aaf720765b6dee3f1288cc5ca5af21c938da9d246b957a69" // IC9.x
        hex"209fabe5fec0dd5786b3a7a1106101815357fd56a25d6dad94410eaaa09dc50d" // IC9.y
        hex"23ba1a8eb6d8f8db8312d681b9aa456d77597d0d8c950212e65164cc58976b96" // IC10.x
        hex"18720fdb08012922789ccb6c99344dc7ef48df5c42382f010a44abe715ee092d" // IC10.y
        hex"129250688d64155ea143aa9fdb9cb1c2dd7a8ab91e875149bdb32f2e29c0dafd" // IC11.x
        hex"042b22f7ebfc6d22441484f209b36199fd80abc8f3a1386337b1f5e4719355fc" // IC11.y
        hex"0c73289f7161a2826458efe05b401597622bd4d34f2a5fd13cbdfcc37348a37b" // IC12.x
        hex"21e7107aad187b882b6a3b771c6913878b67a1a35311786241b8a4bbbf2ecd3e" // IC12.y
        hex"167524b4b1fb674c01d5a721a00b234bdd42e3be3aaca42a423ae5c09387949d" // IC13.x
        hex"16534130589c8b786f522b0820cbf68970e3255e315b1563d6e27bf69669b5d0" // IC13.y
        hex"0a3411f36bef4ef80e414b1eee29bdf05fa2cb6d617d5af9fdc9911e4e259f7c" // -gamma.x1
        hex"0211c8930dae9fa3c80fd56c050bf41531d86eefe1f30d27faa347a79df94242" // -gamma.x0
        hex"1b13a283faf37f43230fd7fd85436538b4cebadf33c428af8358ade2170e2cee" // -gamma.y1
        hex"2b2ed7ffb1e47eabede4e10b41b6080c621768a18b079b769d7a1a9c61e512de" // -gamma.y0
        hex"209602dd2574c3fc563096091e9c1dcb42264a653dc6c6da6a05ec7ecd2b1519" // -delta.x1
        hex"27b3b81c740360b0502cf8ad7e45f34ee580a212d3de332a92f8d0857b56a88b" // -delta.x0
        hex"0c67dbe78349dd9f65138af51037475be80811c677d5674284fe6eacdeaaecc1" // -delta.y1
        hex"141bb802e4ce71b2d2b3b607c989d208bb41fda28cbc370d8b901a6ee4381e79" // -delta.y0
        hex"2a719039bf536d939bb87c8fc4fe5e18429b1d9661577336fba5a240800f0225" // -alpha.x
        hex"030342327d6297c17dc1edca9aed999a888e28c585aaea3bdbd522cebfaf73f3" // -alpha.y
        hex"0f79e990d83b7e017ad1c0ecc657ccc07d51107ae5c6c86f0a545f5a16ff2a05" // beta.x1
        hex"0eb7615481b2b40f7648316da6f09036cba067125da11748ec9603514b3353fe" // beta.x0
        hex"27fac13c8f46373aa06768bf1d571472e2e3f7ed62777bff9f34ab6db1920078" // beta.y1
        hex"0a0ac5669f07fe1839d427483caa2abc4baefb5eaac2dfa25255dd706a2d8c9c" // beta.y0
        hex"2b10172c556c2bbb2f483b7d4a60bf5cfeba83c92f2682053507cc9748f776f0" // IC0.x
        hex"2b2092ae785256c916d4279750f473c99114b6234142c9debe6314e1fbbb4f78"; // IC0.y;

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
    function holds(uint256[8] calldata proof, uint256[13] calldata inputs) internal view returns (bool) {
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
            let sum := add(key, 0x520)
            let term := add(sum, 0x40)
            let point := add(key, 0x20)
            let last := add(point, 0x340)
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
                    mstore(0x20, sub(13, shr(6, sub(last, point))))
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
    function allHold(uint256[8][] calldata proofs, uint256[13][] calldata inputs)
        internal
        view
        returns (bool valid)
    {
        if (proofs.length == 0) revert IAllocation4x8BatchVerifier.EmptyBatch();
        if (proofs.length != inputs.length) revert IAllocation4x8Verifier.WrongLength();
        uint256 seed = _seed(proofs, inputs);
        uint256[14] memory scalars = _scalars(seed, inputs);

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
        if (!done) revert IAllocation4x8Verifier.PrecompileFailed();
    }

    /// Hash of everything that is to be verified.
    function _seed(uint256[8][] calldata proofs, uint256[13][] calldata inputs) private pure returns (uint256 seed) {
        bytes32 keyId = KEY_ID;
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(start, keyId)
            mstore(add(start, 0x20), proofs.length)
            let end := add(start, 0x40)
            let size := shl(8, proofs.length)
            calldatacopy(end, proofs.offset, size)
            end := add(end, size)
            size := mul(0x1a0, inputs.length)
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
    function _scalars(uint256 seed, uint256[13][] calldata inputs)
        private
        pure
        returns (uint256[14] memory scalars)
    {
        for (uint256 i = 0; i < inputs.length; ++i) {
            uint256 weight = _weight(seed, i);
            uint256[13] calldata row = inputs[i];
            scalars[13] += weight;
            for (uint256 j = 0; j < 13; ++j) {
                uint256 scalar = row[j];
                if (scalar >= R) revert IAllocation4x8BatchVerifier.BatchInputNotInField(i, j);
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
            if (!done) revert IAllocation4x8BatchVerifier.BatchPointRefused(i);
        }
        assembly ("memory-safe") {
            mcopy(pairs, sum, 0x40)
        }
    }

    /// Completes the pair at `pairs` with -delta, and writes (sum of w IC(inputs), -gamma) and (sum of w -alpha, beta) after it.
    function _weighKey(uint256[14] memory scalars, uint256 pairs, uint256 sum) private view returns (bool done) {
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
            for { let i := 0 } lt(i, 13) { i := add(i, 1) } {
                done := and(multiply(sum, point, mload(add(scalars, shl(5, i))), add(sum, 0x40)), done)
                done := and(staticcall(gas(), 6, sum, 0x80, sum, 0x40), done)
                point := add(point, 0x40)
            }

            // Now `point` is at -gamma, -delta, -alpha, beta, IC0.
            let weights := mload(add(scalars, 0x1a0))
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
contract Allocation4x8Verifier {
    fallback() external {
        assembly ("memory-safe") {
            if xor(shr(0xe0, calldataload(0)), 0xf7f338eb) { revert(0, 0) } // verifyProof(uint256[8],uint256[13])
            if xor(calldatasize(), 0x2a4) {
                mstore(0, 0x92aa5ab2) // WrongLength()
                revert(0x1c, 4)
            }
        }
        bool valid = Allocation4x8Groth16.holdsAt(4, 0x104);
        assembly ("memory-safe") {
            if iszero(valid) {
                mstore(0, 0x7fcdd1f4) // ProofInvalid()
                revert(0x1c, 4)
            }
        }
    }
}

/// Verifies any number of proofs at once as well, and tells what it verifies.
contract Allocation4x8BatchVerifier is Allocation4x8Verifier {
    bytes32 public constant KEY_ID = Allocation4x8Groth16.KEY_ID;
    bytes32 public constant CIRCUIT = Allocation4x8Groth16.CIRCUIT;
    bytes32 public constant MATRICES = Allocation4x8Groth16.MATRICES;
    bytes32 public constant CEREMONY = Allocation4x8Groth16.CEREMONY;
    uint256 public constant INPUT_COUNT = 13;

    /// As `IAllocation4x8BatchVerifier` says.
    function verifyBatch(uint256[8][] calldata proofs, uint256[13][] calldata inputs) external view {
        // The arrays begin where the ABI's encoders put them, and nothing follows them.
        uint256 size;
        unchecked {
            size = 0x84 + proofs.length * 0x100 + inputs.length * 0x1a0;
        }
        if (msg.data.length != size) revert IAllocation4x8Verifier.WrongLength();
        if (!Allocation4x8Groth16.allHold(proofs, inputs)) revert IAllocation4x8Verifier.ProofInvalid();
    }
}

/// Takes the call of a contract that snarkjs generates. It answers false where the proof is none of these inputs, and reverts
/// where snarkjs' contract answers false without a verdict: for inputs that are not reduced, points that are none, too little gas.
contract Allocation4x8SnarkjsVerifier {
    /// `a` begins a proof's eight words, which follow each other: A, then B with its imaginary parts first, then C.
    function verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata,
        uint256[2] calldata,
        uint256[13] calldata inputs
    ) external view returns (bool) {
        if (msg.data.length != 0x2a4) revert IAllocation4x8Verifier.WrongLength();
        uint256[8] calldata proof;
        assembly ("memory-safe") {
            proof := a
        }
        return Allocation4x8Groth16.holds(proof, inputs);
    }
}
