// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated; do not edit. To make it again: solvency export solidity --key 0x9f722978b387441450c7d77a8eae7a7df3a3aacfaac9745edcbe31b025d8882d
pragma solidity ^0.8.27;

// Groth16 proofs of holdings-256/1 over BN254, under the key
// 0x9f722978b387441450c7d77a8eae7a7df3a3aacfaac9745edcbe31b025d8882d
// from a development set-up: whoever ran it can forge. Not for production.
//
// What this does not show: that the public inputs are those of a statement that anybody made, that the statement is still
// valid, or that it is meant for the caller. Proofs are malleable, (-A, -B, C) verifies too: key nothing on their bytes.
//
// Compile it with the optimiser and without viaIR: then the key lies in the code as it stands here and is copied at once.
// With viaIR the contracts do the same and are larger.

/// How `Holdings256Verifier` is called. Nothing is returned: who gets no error knows that the proof holds.
interface IHoldings256Verifier {
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

/// What `Holdings256BatchVerifier` answers besides.
interface IHoldings256BatchVerifier is IHoldings256Verifier {
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
library Holdings256Groth16 {
    /// SHA-256 of the verifying key's canonical bytes, under its domain tag.
    bytes32 internal constant KEY_ID = 0x9f722978b387441450c7d77a8eae7a7df3a3aacfaac9745edcbe31b025d8882d;
    /// Keccak-256 of "holdings-256/1", the circuit and its version.
    bytes32 internal constant CIRCUIT = 0xfcc4a9197a68d6e8dc57c8ad6c7c8318956196a65432e9fcfe6a8b58f34b591a;
    /// Hash of the circuit's matrices that the key was made for.
    bytes32 internal constant MATRICES = 0xcc49ed0c3684daff25a3acc249c63c2c3e597970268f3cbfc8baf425ea1cb57e;
    /// SHA-256 of the transcript of the key's ceremony; zero where there was none.
    bytes32 internal constant CEREMONY = 0x0000000000000000000000000000000000000000000000000000000000000000;

    /// The key, one coordinate a line, imaginary parts first. With these signs the four pairings multiply to one.
    bytes private constant KEY =
        hex"21d1415cae27b8952dfd3442f148cbe9fb574d3dca9c477898ebd38cdec03e9f" // IC1.x
        hex"0efdce012a1f0262dce61dfb89043c00bb259df35189a41903cce62247ae26d3" // IC1.y
        hex"10d03c8c6ca63c967c8ece9a76260ff640d91e9d4712bacb12734ad6245f559a" // IC2.x
        hex"25e274910b22e9f155f4748c246b360431ec5a9de1b0f76c7c7b5a344395c872" // IC2.y
        hex"0c24a6f5049d9c10897502093d1f108a510b1a34458441e534a2f72b64b4f103" // IC3.x
        hex"11a4a0cb7aa2bdc32f3f1c06a95448e7202f893c5007d13df7619f7e133794f6" // IC3.y
        hex"0a98bdadf4387e34ef0c080ebe26ff8a3f1c6695582465dc574f68b99f6c85f5" // IC4.x
        hex"05fa6f846e8a0adbd2d63fe02755be0f2bd036f67f43fc03934908695a24f4b5" // IC4.y
        hex"27c525f0e1c554bbf1c459d82fdef2b886fe613e8ba7c73a7a26de9cb7edf1a9" // -gamma.x1
        hex"287a4c7353e5c44d83c8f6a70cd2a4d46deefd403e6059e8138d9181f7777789" // -gamma.x0
        hex"256e6095349a9079c04ecd17b9fff37d888eb8051c034d7248226150125d7e0e" // -gamma.y1
        hex"1272dfa0d28b8a5fca9d618f5225968f772a4f9d2271cb0ee5ba2c211acbd1ca" // -gamma.y0
        hex"2706abe2552d80c417ce82af3dea80febcffb0def5fee4fee7e7887707e7bc5b" // -delta.x1
        hex"2095fcf2a5bc35386f3b6bd9d03f8380f92b12775c25c6eef5ab699a48a7534f" // -delta.x0
        hex"2f65b96903c38de0d9a31da2d5a059af19648b57050790e5e25666f635f942b8" // -delta.y1
        hex"1291ab1981fe3cf50e60d65e2f7a39b0eb11e98fcede06c5c518a081495b738e" // -delta.y0
        hex"2128aaf910503c0a6b7da390fe50cd2fd39ce40937773dd99df885c9d967e71d" // -alpha.x
        hex"2be05980e68ab92989ce1dc577a3ee9b77da496485d35bc8f8a8bd0c25e1cdc6" // -alpha.y
        hex"23f07218c4935ff983d1849f30ffcbcd77553f43073265186893f675ddbb31ac" // beta.x1
        hex"2aadc186aad30ffb3fb707034a9baecb33662b9781a433e16148f1c6f449a67b" // beta.x0
        hex"1b0799c5d235f872f4e291bc01322bfd3483e84cbcc7fded039acaf6c95789d1" // beta.y1
        hex"119c85ca9b559f5bd59c462fff31baf07442eb49f38352706f78f6c84291c1e9" // beta.y0
        hex"1aae7ecc9de632853d90c500394e99f5b4fde1df07b2f780bcd750aa62864890" // IC0.x
        hex"282a22ade9520e01be5fcf29afa929657b25ebfbb0ba13a2efe489c430945035"; // IC0.y;

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
        if (proofs.length == 0) revert IHoldings256BatchVerifier.EmptyBatch();
        if (proofs.length != inputs.length) revert IHoldings256Verifier.WrongLength();
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
        if (!done) revert IHoldings256Verifier.PrecompileFailed();
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
                if (scalar >= R) revert IHoldings256BatchVerifier.BatchInputNotInField(i, j);
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
            if (!done) revert IHoldings256BatchVerifier.BatchPointRefused(i);
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
contract Holdings256Verifier {
    fallback() external {
        assembly ("memory-safe") {
            if xor(shr(0xe0, calldataload(0)), 0x23572511) { revert(0, 0) } // verifyProof(uint256[8],uint256[4])
            if xor(calldatasize(), 0x184) {
                mstore(0, 0x92aa5ab2) // WrongLength()
                revert(0x1c, 4)
            }
        }
        bool valid = Holdings256Groth16.holdsAt(4, 0x104);
        assembly ("memory-safe") {
            if iszero(valid) {
                mstore(0, 0x7fcdd1f4) // ProofInvalid()
                revert(0x1c, 4)
            }
        }
    }
}

/// Verifies any number of proofs at once as well, and tells what it verifies.
contract Holdings256BatchVerifier is Holdings256Verifier {
    bytes32 public constant KEY_ID = Holdings256Groth16.KEY_ID;
    bytes32 public constant CIRCUIT = Holdings256Groth16.CIRCUIT;
    bytes32 public constant MATRICES = Holdings256Groth16.MATRICES;
    bytes32 public constant CEREMONY = Holdings256Groth16.CEREMONY;
    uint256 public constant INPUT_COUNT = 4;

    /// As `IHoldings256BatchVerifier` says.
    function verifyBatch(uint256[8][] calldata proofs, uint256[4][] calldata inputs) external view {
        // The arrays begin where the ABI's encoders put them, and nothing follows them.
        uint256 size;
        unchecked {
            size = 0x84 + proofs.length * 0x100 + inputs.length * 0x80;
        }
        if (msg.data.length != size) revert IHoldings256Verifier.WrongLength();
        if (!Holdings256Groth16.allHold(proofs, inputs)) revert IHoldings256Verifier.ProofInvalid();
    }
}

/// Takes the call of a contract that snarkjs generates. It answers false where the proof is none of these inputs, and reverts
/// where snarkjs' contract answers false without a verdict: for inputs that are not reduced, points that are none, too little gas.
contract Holdings256SnarkjsVerifier {
    /// `a` begins a proof's eight words, which follow each other: A, then B with its imaginary parts first, then C.
    function verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata,
        uint256[2] calldata,
        uint256[4] calldata inputs
    ) external view returns (bool) {
        if (msg.data.length != 0x184) revert IHoldings256Verifier.WrongLength();
        uint256[8] calldata proof;
        assembly ("memory-safe") {
            proof := a
        }
        return Holdings256Groth16.holds(proof, inputs);
    }
}
