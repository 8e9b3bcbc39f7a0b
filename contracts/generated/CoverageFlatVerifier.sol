// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated; do not edit. To make it again: solvency export solidity --key 0xa5260b7e4dc74e5ad2784b0a39d10ad9a217f24452e68d8808b1ac7f99114411
pragma solidity ^0.8.27;

// Groth16 proofs of coverage-flat/1 over BN254, under the key
// 0xa5260b7e4dc74e5ad2784b0a39d10ad9a217f24452e68d8808b1ac7f99114411
// from a development set-up: whoever ran it can forge. Not for production.
//
// What this does not show: that the public inputs are those of a statement that anybody made, that the statement is still
// valid, or that it is meant for the caller. Proofs are malleable, (-A, -B, C) verifies too: key nothing on their bytes.
//
// Compile it with the optimiser and without viaIR: then the key lies in the code as it stands here and is copied at once.
// With viaIR the contracts do the same and are larger.

/// How `CoverageFlatVerifier` is called. Nothing is returned: who gets no error knows that the proof holds.
interface ICoverageFlatVerifier {
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

/// What `CoverageFlatBatchVerifier` answers besides.
interface ICoverageFlatBatchVerifier is ICoverageFlatVerifier {
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
library CoverageFlatGroth16 {
    /// SHA-256 of the verifying key's canonical bytes, under its domain tag.
    bytes32 internal constant KEY_ID = 0xa5260b7e4dc74e5ad2784b0a39d10ad9a217f24452e68d8808b1ac7f99114411;
    /// Keccak-256 of "coverage-flat/1", the circuit and its version.
    bytes32 internal constant CIRCUIT = 0x7646e498e9dd80c0b724df5b87163c6338f2f805c461b863307244caaadb9a2c;
    /// Hash of the circuit's matrices that the key was made for.
    bytes32 internal constant MATRICES = 0x9c4008e7d04644137337b54ade4ae55ddb273fc0ba03f6836c37f6fa33901223;
    /// SHA-256 of the transcript of the key's ceremony; zero where there was none.
    bytes32 internal constant CEREMONY = 0x0000000000000000000000000000000000000000000000000000000000000000;

    /// The key, one coordinate a line, imaginary parts first. With these signs the four pairings multiply to one.
    bytes private constant KEY =
        hex"029e5292482e2b6126902f03b9b57e092c49a606165f45984f7d1f5e92feb82c" // IC1.x
        hex"1502114b5adcdd05f2180a167d737b48f5d640cedfdaf3e01b83aa80ef91e0ef" // IC1.y
        hex"12b7e5c1f4c03e974cf9c3eba3853965429f208337620038eadd4f0f5784d1b9" // IC2.x
        hex"17dd4aa320112e77fe1f38aca840fce6207698e88c9987f9de3b66d765e850eb" // IC2.y
        hex"182b00df75ca47e3370a605a3244166224d719c310970952d6bcf4074cbc4b80" // IC3.x
        hex"2de08258865187d158b40c5fdd1f06f09c85aee34612e2107e1db0bdbab04c33" // IC3.y
        hex"0c55d02fb98866e9b6b83afc28d9b62b08d8b6300593beca5b1ce8d9f07f5b3a" // IC4.x
        hex"23b9d4ad032aaed196ccbf9e0534edcd1f617688e0d461916f97bd9fd614e7f3" // IC4.y
        hex"253d064f39b98484dd5ec32aa934285b8baf4e44f4f555c6aba20a2761ac9c64" // -gamma.x1
        hex"2cc471e3b286a1cf3eb917a1c8996e2e47cbb0c3969c956a6336eb5de284ca36" // -gamma.x0
        hex"0788824f117c650843a78158f94ad6d176c02dd48d1cf21d02f277ca0aa59832" // -gamma.y1
        hex"0b90dfa2d04d32b3b89b3daa86d9ba40b4fee79e04c3298808af650743e473ed" // -gamma.y0
        hex"24d2cdf3ab80fa65bbd82bc05739e23dd285d406c289da9550baa0e79904ed68" // -delta.x1
        hex"03fc0fdb7d4ca9179e0746b58fc638b6a0a21f67cb53480119502a7719ace7d2" // -delta.x0
        hex"29678f06ad3e324d07d456a3eca8a16c3fb60a725284e021ecb6a23c76c65676" // -delta.y1
        hex"04f48504a136619f8c8ecc07c58656a10a6042d0b7b3760f10a5939d6658e75f" // -delta.y0
        hex"18e61eaa6ca034c44799eeb14cfa26b2daf5ead8db433832189f9e7ab8b2977b" // -alpha.x
        hex"036fac9060275cb33a176c144b938aa8e279faa66f548e4c508cf36fd37c9b9b" // -alpha.y
        hex"28b5fffbe5f70248d6c8422136f60b9de9e4ab86c1235c017371aeda63f8395c" // beta.x1
        hex"2e18be475c465ae5a4f28f1f03e75dd25f61abd6e728ff188ba7c71fe992d8fc" // beta.x0
        hex"27d49c2a0da3b2cd299daf57fe7a8c2f7e857bf367fa9095ed29bef3a572965d" // beta.y1
        hex"072493146b667acbc6e5dd1b70895600442c06e58fca59d125ec1b4599a6f13b" // beta.y0
        hex"2084e54f918e286329c402b9a2f90f8877a6d3f7d45ff3c952e8a6d46f09fa7d" // IC0.x
        hex"1dd248b867df5a7c0c2a24d43267fdab3d0395a0d1eaf84b985e4fd9404560f1"; // IC0.y;

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
        if (proofs.length == 0) revert ICoverageFlatBatchVerifier.EmptyBatch();
        if (proofs.length != inputs.length) revert ICoverageFlatVerifier.WrongLength();
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
        if (!done) revert ICoverageFlatVerifier.PrecompileFailed();
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
                if (scalar >= R) revert ICoverageFlatBatchVerifier.BatchInputNotInField(i, j);
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
            if (!done) revert ICoverageFlatBatchVerifier.BatchPointRefused(i);
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
contract CoverageFlatVerifier {
    fallback() external {
        assembly ("memory-safe") {
            if xor(shr(0xe0, calldataload(0)), 0x23572511) { revert(0, 0) } // verifyProof(uint256[8],uint256[4])
            if xor(calldatasize(), 0x184) {
                mstore(0, 0x92aa5ab2) // WrongLength()
                revert(0x1c, 4)
            }
        }
        bool valid = CoverageFlatGroth16.holdsAt(4, 0x104);
        assembly ("memory-safe") {
            if iszero(valid) {
                mstore(0, 0x7fcdd1f4) // ProofInvalid()
                revert(0x1c, 4)
            }
        }
    }
}

/// Verifies any number of proofs at once as well, and tells what it verifies.
contract CoverageFlatBatchVerifier is CoverageFlatVerifier {
    bytes32 public constant KEY_ID = CoverageFlatGroth16.KEY_ID;
    bytes32 public constant CIRCUIT = CoverageFlatGroth16.CIRCUIT;
    bytes32 public constant MATRICES = CoverageFlatGroth16.MATRICES;
    bytes32 public constant CEREMONY = CoverageFlatGroth16.CEREMONY;
    uint256 public constant INPUT_COUNT = 4;

    /// As `ICoverageFlatBatchVerifier` says.
    function verifyBatch(uint256[8][] calldata proofs, uint256[4][] calldata inputs) external view {
        // The arrays begin where the ABI's encoders put them, and nothing follows them.
        uint256 size;
        unchecked {
            size = 0x84 + proofs.length * 0x100 + inputs.length * 0x80;
        }
        if (msg.data.length != size) revert ICoverageFlatVerifier.WrongLength();
        if (!CoverageFlatGroth16.allHold(proofs, inputs)) revert ICoverageFlatVerifier.ProofInvalid();
    }
}

/// Takes the call of a contract that snarkjs generates. It answers false where the proof is none of these inputs, and reverts
/// where snarkjs' contract answers false without a verdict: for inputs that are not reduced, points that are none, too little gas.
contract CoverageFlatSnarkjsVerifier {
    /// `a` begins a proof's eight words, which follow each other: A, then B with its imaginary parts first, then C.
    function verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata,
        uint256[2] calldata,
        uint256[4] calldata inputs
    ) external view returns (bool) {
        if (msg.data.length != 0x184) revert ICoverageFlatVerifier.WrongLength();
        uint256[8] calldata proof;
        assembly ("memory-safe") {
            proof := a
        }
        return CoverageFlatGroth16.holds(proof, inputs);
    }
}
