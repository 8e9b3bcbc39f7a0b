// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated; do not edit. To make it again: solvency export solidity --key 0x230cfb2a225a64c0c3154fbff345d2129b52f194f13df428f3978aa04ce9b462
pragma solidity ^0.8.27;

// Groth16 proofs of one-input/1 over BN254, under the key
// 0x230cfb2a225a64c0c3154fbff345d2129b52f194f13df428f3978aa04ce9b462
// from a development set-up: whoever ran it can forge. Not for production.
//
// What this does not show: that the public inputs are those of a statement that anybody made, that the statement is still
// valid, or that it is meant for the caller. Proofs are malleable, (-A, -B, C) verifies too: key nothing on their bytes.
//
// Compile it with the optimiser and without viaIR: then the key lies in the code as it stands here and is copied at once.
// With viaIR the contracts do the same and are larger.

/// How `OneInputVerifier` is called. Nothing is returned: who gets no error knows that the proof holds.
interface IOneInputVerifier {
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
    function verifyProof(uint256[8] calldata proof, uint256[1] calldata inputs) external view;
}

/// What `OneInputBatchVerifier` answers besides.
interface IOneInputBatchVerifier is IOneInputVerifier {
    /// There is nothing to verify.
    error EmptyBatch();
    /// Input `index` of proof `proof` is not below the order of the groups.
    error BatchInputNotInField(uint256 proof, uint256 index);
    /// A or C of this proof is refused, or a point of it is at infinity; or there was too little gas.
    error BatchPointRefused(uint256 proof);

    /// Reverts unless every proof holds, each for the inputs at its place. `ProofInvalid` does not say which one is not:
    /// `verifyProof` does. A B that is refused is `PrecompileFailed`.
    function verifyBatch(uint256[8][] calldata proofs, uint256[1][] calldata inputs) external view;

    function KEY_ID() external pure returns (bytes32);
    function CIRCUIT() external pure returns (bytes32);
    function MATRICES() external pure returns (bytes32);
    function CEREMONY() external pure returns (bytes32);
    function INPUT_COUNT() external pure returns (uint256);
}

/// The key and the equation, for the contracts that are compiled with it. It never ends the call of who uses it.
library OneInputGroth16 {
    /// SHA-256 of the verifying key's canonical bytes, under its domain tag.
    bytes32 internal constant KEY_ID = 0x230cfb2a225a64c0c3154fbff345d2129b52f194f13df428f3978aa04ce9b462;
    /// Keccak-256 of "one-input/1", the circuit and its version.
    bytes32 internal constant CIRCUIT = 0x31008aea59aa2ec48da966d46ce07272164ab37023e97d536e4050de2b6c47fd;
    /// Hash of the circuit's matrices that the key was made for.
    bytes32 internal constant MATRICES = 0xf34a816b886d35750b35c30480ebbc60087276910137797b9aa8815bbe175d19;
    /// SHA-256 of the transcript of the key's ceremony; zero where there was none.
    bytes32 internal constant CEREMONY = 0x0000000000000000000000000000000000000000000000000000000000000000;

    /// The key, one coordinate a line, imaginary parts first. With these signs the four pairings multiply to one.
    bytes private constant KEY =
        hex"0000000000000000000000000000000000000000000000000000000000000000" // room for the proof
        hex"235061cb05cb5b0fad54c3e208fc308f19bbacdc243d81ea3acb8ceba3f7c7f9" // IC1.x
        hex"0a4b647584f8cbcbb9ecdba446f97f64bdb1dfaf6d2a758a6cd1935a952a2197" // IC1.y
        hex"2ef1da96c1b86be3fbce675a774350cfffcfb0e72a0a9e3f4a9fbc973ed26d3f" // -gamma.x1
        hex"1b0a17874be1dec069d25fa6af480b379a53330d789b950c1cc195cfa2c587a4" // -gamma.x0
        hex"22f4b5cf7ffad5b68fa7c00c4b34b64b0dcb40bc3784d1c779d9c2771537243f" // -gamma.y1
        hex"2f52a2b1a357934a434b852c545456e6adbc603095cf99ba657f224a2388ebf6" // -gamma.y0
        hex"04ab646322c2944b1d74b645ed10fe20e3a9cbcb9ccb537214c2f3108dae27d3" // -delta.x1
        hex"22270d3b6b73b2b97399afeabe27c6208a14418e740a2088493c59eac2f0f86c" // -delta.x0
        hex"26bff8efee2ee589665d4dcdcb683e158e89e6337fa37e820cac7b852b43eb0f" // -delta.y1
        hex"27e5a149cd2ae3750e458d828698bcf9802b93d33eb1e02d88e59c487e3b8fda" // -delta.y0
        hex"2071a253aee1cf376fb3d352367ceef3ccc60910e871e2ae5baa3b544eb324ce" // -alpha.x
        hex"1f9ccf7e2296bdddae02acd053e549f6c458c3bb544ab68f10b009e89b6b0679" // -alpha.y
        hex"2acdba64d4085663a2610328ee2d41a9549c5d2a16b27839262a8216ae320c25" // beta.x1
        hex"030088a3dabe1cda2cf44fb31ee914f8b0e07b6095cb39fe44c48119bc131529" // beta.x0
        hex"126193c1e64e393aeee9734beed930a0cd68a65664545fadf1773a79f9e097e6" // beta.y1
        hex"1e162cec7884fabc0e733cfa04ec3f5b57a310535a71db502c5097ee9c7b62a0" // beta.y0
        hex"26022c853fe176d5a4857a5f354ad927a1613c09c93ab6e1ca308792f70852b1" // IC0.x
        hex"16e66dcf8a4f296f40d7f7f19ada7d5aa26c81c9a51c88d740e65a0fa20c0887"; // IC0.y;

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
    function holds(uint256[8] calldata proof, uint256[1] calldata inputs) internal view returns (bool) {
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
            let sum := add(key, 0x240)
            let term := add(sum, 0x40)
            let point := add(key, 0x40)
            let last := add(point, 0x40)
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
                    mstore(0x20, sub(1, shr(6, sub(last, point))))
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
    function allHold(uint256[8][] calldata proofs, uint256[1][] calldata inputs)
        internal
        view
        returns (bool valid)
    {
        if (proofs.length == 0) revert IOneInputBatchVerifier.EmptyBatch();
        if (proofs.length != inputs.length) revert IOneInputVerifier.WrongLength();
        uint256 seed = _seed(proofs, inputs);
        uint256[2] memory scalars = _scalars(seed, inputs);

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
        if (!done) revert IOneInputVerifier.PrecompileFailed();
    }

    /// Hash of everything that is to be verified.
    function _seed(uint256[8][] calldata proofs, uint256[1][] calldata inputs) private pure returns (uint256 seed) {
        bytes32 keyId = KEY_ID;
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(start, keyId)
            mstore(add(start, 0x20), proofs.length)
            let end := add(start, 0x40)
            let size := shl(8, proofs.length)
            calldatacopy(end, proofs.offset, size)
            end := add(end, size)
            size := mul(0x20, inputs.length)
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
    function _scalars(uint256 seed, uint256[1][] calldata inputs)
        private
        pure
        returns (uint256[2] memory scalars)
    {
        for (uint256 i = 0; i < inputs.length; ++i) {
            uint256 weight = _weight(seed, i);
            uint256[1] calldata row = inputs[i];
            scalars[1] += weight;
            for (uint256 j = 0; j < 1; ++j) {
                uint256 scalar = row[j];
                if (scalar >= R) revert IOneInputBatchVerifier.BatchInputNotInField(i, j);
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
            if (!done) revert IOneInputBatchVerifier.BatchPointRefused(i);
        }
        assembly ("memory-safe") {
            mcopy(pairs, sum, 0x40)
        }
    }

    /// Completes the pair at `pairs` with -delta, and writes (sum of w IC(inputs), -gamma) and (sum of w -alpha, beta) after it.
    function _weighKey(uint256[2] memory scalars, uint256 pairs, uint256 sum) private view returns (bool done) {
        bytes memory key = KEY;
        assembly ("memory-safe") {
            // The multiple of a point is written to `to`.
            function multiply(sum_, point_, scalar, to) -> ok {
                mcopy(add(sum_, 0x40), point_, 0x40)
                mstore(add(sum_, 0x80), scalar)
                ok := staticcall(gas(), 7, add(sum_, 0x40), 0x60, to, 0x40)
            }

            let point := add(key, 0x40)
            calldatacopy(sum, calldatasize(), 0x40)
            done := 1
            for { let i := 0 } lt(i, 1) { i := add(i, 1) } {
                done := and(multiply(sum, point, mload(add(scalars, shl(5, i))), add(sum, 0x40)), done)
                done := and(staticcall(gas(), 6, sum, 0x80, sum, 0x40), done)
                point := add(point, 0x40)
            }

            // Now `point` is at -gamma, -delta, -alpha, beta, IC0.
            let weights := mload(add(scalars, 0x20))
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
contract OneInputVerifier {
    fallback() external {
        assembly ("memory-safe") {
            if xor(shr(0xe0, calldataload(0)), 0x1b81f829) { revert(0, 0) } // verifyProof(uint256[8],uint256[1])
            if xor(calldatasize(), 0x124) {
                mstore(0, 0x92aa5ab2) // WrongLength()
                revert(0x1c, 4)
            }
        }
        bool valid = OneInputGroth16.holdsAt(4, 0x104);
        assembly ("memory-safe") {
            if iszero(valid) {
                mstore(0, 0x7fcdd1f4) // ProofInvalid()
                revert(0x1c, 4)
            }
        }
    }
}

/// Verifies any number of proofs at once as well, and tells what it verifies.
contract OneInputBatchVerifier is OneInputVerifier {
    bytes32 public constant KEY_ID = OneInputGroth16.KEY_ID;
    bytes32 public constant CIRCUIT = OneInputGroth16.CIRCUIT;
    bytes32 public constant MATRICES = OneInputGroth16.MATRICES;
    bytes32 public constant CEREMONY = OneInputGroth16.CEREMONY;
    uint256 public constant INPUT_COUNT = 1;

    /// As `IOneInputBatchVerifier` says.
    function verifyBatch(uint256[8][] calldata proofs, uint256[1][] calldata inputs) external view {
        // The arrays begin where the ABI's encoders put them, and nothing follows them.
        uint256 size;
        unchecked {
            size = 0x84 + proofs.length * 0x100 + inputs.length * 0x20;
        }
        if (msg.data.length != size) revert IOneInputVerifier.WrongLength();
        if (!OneInputGroth16.allHold(proofs, inputs)) revert IOneInputVerifier.ProofInvalid();
    }
}

/// Takes the call of a contract that snarkjs generates. It answers false where the proof is none of these inputs, and reverts
/// where snarkjs' contract answers false without a verdict: for inputs that are not reduced, points that are none, too little gas.
contract OneInputSnarkjsVerifier {
    /// `a` begins a proof's eight words, which follow each other: A, then B with its imaginary parts first, then C.
    function verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata,
        uint256[2] calldata,
        uint256[1] calldata inputs
    ) external view returns (bool) {
        if (msg.data.length != 0x124) revert IOneInputVerifier.WrongLength();
        uint256[8] calldata proof;
        assembly ("memory-safe") {
            proof := a
        }
        return OneInputGroth16.holds(proof, inputs);
    }
}
