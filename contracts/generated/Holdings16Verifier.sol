// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated; do not edit. To make it again: solvency export solidity --key 0x73980b5cd8a839120b8f9ffb4ea8af3159d7ab9bdc035d5028dbb34a5f461475
pragma solidity ^0.8.27;

// Groth16 proofs of holdings-16/1 over BN254, under the key
// 0x73980b5cd8a839120b8f9ffb4ea8af3159d7ab9bdc035d5028dbb34a5f461475
// from a development set-up: whoever ran it can forge. Not for production.
//
// What this does not show: that the public inputs are those of a statement that anybody made, that the statement is still
// valid, or that it is meant for the caller. Proofs are malleable, (-A, -B, C) verifies too: key nothing on their bytes.
//
// Compile it with the optimiser and without viaIR: then the key lies in the code as it stands here and is copied at once.
// With viaIR the contracts do the same and are larger.

/// How `Holdings16Verifier` is called. Nothing is returned: who gets no error knows that the proof holds.
interface IHoldings16Verifier {
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

/// What `Holdings16BatchVerifier` answers besides.
interface IHoldings16BatchVerifier is IHoldings16Verifier {
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
library Holdings16Groth16 {
    /// SHA-256 of the verifying key's canonical bytes, under its domain tag.
    bytes32 internal constant KEY_ID = 0x73980b5cd8a839120b8f9ffb4ea8af3159d7ab9bdc035d5028dbb34a5f461475;
    /// Keccak-256 of "holdings-16/1", the circuit and its version.
    bytes32 internal constant CIRCUIT = 0xb7c92c39cb49b64a1dd04eaeb10f398c93cc290742b919ae930b71acf6b1ddca;
    /// Hash of the circuit's matrices that the key was made for.
    bytes32 internal constant MATRICES = 0x03468d83b52cdcc0e91ee75ab18b30a1956ceffbba537807b756d38d697450a6;
    /// SHA-256 of the transcript of the key's ceremony; zero where there was none.
    bytes32 internal constant CEREMONY = 0x0000000000000000000000000000000000000000000000000000000000000000;

    /// The key, one coordinate a line, imaginary parts first. With these signs the four pairings multiply to one.
    bytes private constant KEY =
        hex"082b21408209f1143cdfe3f292a3bbe9a664bb913637e5eb32c5efe64db3a4f5" // IC1.x
        hex"09eb1b4ec92bad30be8c060b6e7baf8c2ce93883b15c18b569e3bb9884e9e1d6" // IC1.y
        hex"2da52fe9f0f8f0cead778a1ebe5125eae332da0a46b7a2586fd4e0425eb275de" // IC2.x
        hex"1f1af2a77ebae5810f5c9dc782a2f92c358c465ddbd25c9bdb5bfb8641af442a" // IC2.y
        hex"19c391ad1c28d7ddef2a9efc16936b76bbae9b5aacda1d2248727d3e62e4573b" // IC3.x
        hex"2ea5b243742aab501fffc3d580083a76b779dacd0d50b999cad0a0cb63ddf507" // IC3.y
        hex"136d13baf258e8d4847d3f6d30f9ab04e8ce7778bfd0e1f93c77234a5ef35b8d" // IC4.x
        hex"231de9f35dafaaf98981bf7412682ebc5b489b34919a9852698cd4c372d453b9" // IC4.y
        hex"028f2ed1f8282b671f5b9f77a8a386689b9f8b81cebaf2884f12ad4bf902a2fa" // -gamma.x1
        hex"0d01a351e2f67eafca4a2a14aa68666dfd93c28d2f4603509cd04212ac3d1afe" // -gamma.x0
        hex"0c6f7f65e8eea1a5d880461cd948fa77fdb2f6eef6951dc1091ab30b9ef3598e" // -gamma.y1
        hex"20e2e697f961fbb9c1d78cf935e08118134ede80919d9c8e3c21440262ad5dc5" // -gamma.y0
        hex"0ef523ddc4fe6b3ad498eb25409ce9cbe39d2e8a057a9f2c5a673cd59c789b43" // -delta.x1
        hex"2ef4f6948daf3508cf1762d0d987704974a956d6ec625cfcbf51072082ff266d" // -delta.x0
        hex"2c948fefbb300fd791ff5d696d6cbded2d9ae6d5b24171fb4dba3f3b5adb728b" // -delta.y1
        hex"0697e5e38d3080db08321b0574bcd675536c5535023c01b7e67b0a5a190128a5" // -delta.y0
        hex"1e69def57b3a44f8c640355c3478159ae41c245bf24b47829c3cc0c24c032017" // -alpha.x
        hex"1a6eda9073f606c00a5b8678ca83bd8a82c96d6e415a89b32f3b79af4f6a57fa" // -alpha.y
        hex"0a01bec9485c8e939e357d5a0453fc6e46f575c17f9ea1ff25ea9ba80615eaf7" // beta.x1
        hex"108319bbc3b3329488d0eb2e7cd66515204f7cce2116765e30b089a4baf0132d" // beta.x0
        hex"0681e25ff8ba274d9add35319696be8aeb1620007feaf6caa8f08bccc9ae635f" // beta.y1
        hex"2ee5b1144033d2b98687d3c0420d22cbbe82964d7fb6b1d27bcfbcd4a3fc9121" // beta.y0
        hex"18f34565386c83d8a58c44ca8a1c6b7d725fdc7f929860aba49cb7e6d4b79055" // IC0.x
        hex"130c0c90a042a2e2c3773e21f5babfa3ebfc6f00b6a79a729a589c69dea35eca"; // IC0.y;

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
        if (proofs.length == 0) revert IHoldings16BatchVerifier.EmptyBatch();
        if (proofs.length != inputs.length) revert IHoldings16Verifier.WrongLength();
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
        if (!done) revert IHoldings16Verifier.PrecompileFailed();
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
                if (scalar >= R) revert IHoldings16BatchVerifier.BatchInputNotInField(i, j);
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
            if (!done) revert IHoldings16BatchVerifier.BatchPointRefused(i);
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
contract Holdings16Verifier {
    fallback() external {
        assembly ("memory-safe") {
            if xor(shr(0xe0, calldataload(0)), 0x23572511) { revert(0, 0) } // verifyProof(uint256[8],uint256[4])
            if xor(calldatasize(), 0x184) {
                mstore(0, 0x92aa5ab2) // WrongLength()
                revert(0x1c, 4)
            }
        }
        bool valid = Holdings16Groth16.holdsAt(4, 0x104);
        assembly ("memory-safe") {
            if iszero(valid) {
                mstore(0, 0x7fcdd1f4) // ProofInvalid()
                revert(0x1c, 4)
            }
        }
    }
}

/// Verifies any number of proofs at once as well, and tells what it verifies.
contract Holdings16BatchVerifier is Holdings16Verifier {
    bytes32 public constant KEY_ID = Holdings16Groth16.KEY_ID;
    bytes32 public constant CIRCUIT = Holdings16Groth16.CIRCUIT;
    bytes32 public constant MATRICES = Holdings16Groth16.MATRICES;
    bytes32 public constant CEREMONY = Holdings16Groth16.CEREMONY;
    uint256 public constant INPUT_COUNT = 4;

    /// As `IHoldings16BatchVerifier` says.
    function verifyBatch(uint256[8][] calldata proofs, uint256[4][] calldata inputs) external view {
        // The arrays begin where the ABI's encoders put them, and nothing follows them.
        uint256 size;
        unchecked {
            size = 0x84 + proofs.length * 0x100 + inputs.length * 0x80;
        }
        if (msg.data.length != size) revert IHoldings16Verifier.WrongLength();
        if (!Holdings16Groth16.allHold(proofs, inputs)) revert IHoldings16Verifier.ProofInvalid();
    }
}

/// Takes the call of a contract that snarkjs generates. It answers false where the proof is none of these inputs, and reverts
/// where snarkjs' contract answers false without a verdict: for inputs that are not reduced, points that are none, too little gas.
contract Holdings16SnarkjsVerifier {
    /// `a` begins a proof's eight words, which follow each other: A, then B with its imaginary parts first, then C.
    function verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata,
        uint256[2] calldata,
        uint256[4] calldata inputs
    ) external view returns (bool) {
        if (msg.data.length != 0x184) revert IHoldings16Verifier.WrongLength();
        uint256[8] calldata proof;
        assembly ("memory-safe") {
            proof := a
        }
        return Holdings16Groth16.holds(proof, inputs);
    }
}
