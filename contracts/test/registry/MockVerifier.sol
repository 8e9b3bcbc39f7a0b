// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// What this mock takes for a proof of these public inputs (one word each): hashes of them. So a verifier that is given other
/// inputs, or in another order, refuses.
function mockProof(bytes memory inputs) pure returns (uint256[8] memory proof) {
    for (uint256 i = 0; i < 8; ++i) {
        proof[i] = uint256(keccak256(abi.encode(i, inputs)));
    }
}

/// A generated batch verifier whose proofs anybody can make. Any other call than those of a generated one is refused.
contract MockVerifier {
    error ProofInvalid();
    error WrongCall(bytes data);

    /// Keccak-256 of the shape's id.
    bytes32 public immutable CIRCUIT;
    uint256 private immutable INPUTS;
    bytes4 private immutable SINGLE;
    bytes4 private immutable BATCH;
    bool private refusing;

    constructor(string memory shape, string memory inputs, uint256 count) {
        CIRCUIT = keccak256(bytes(shape));
        INPUTS = count;
        SINGLE = bytes4(keccak256(bytes.concat("verifyProof(uint256[8],uint256[", bytes(inputs), "])")));
        BATCH = bytes4(keccak256(bytes.concat("verifyBatch(uint256[8][],uint256[", bytes(inputs), "][])")));
    }

    /// No proof is right any more, or those that are.
    function refuseAll(bool refuses) external {
        refusing = refuses;
    }

    fallback() external {
        if (msg.data.length < 4) revert WrongCall(msg.data);
        if (msg.sig == SINGLE) _single(msg.data[4:]);
        else if (msg.sig == BATCH && INPUTS == 4) _batch(msg.data[4:]);
        else revert WrongCall(msg.data);
    }

    function _single(bytes calldata arguments) private view {
        if (arguments.length != (8 + INPUTS) * 32) revert WrongCall(msg.data);
        _check(abi.decode(arguments[:256], (uint256[8])), arguments[256:]);
    }

    /// Of four inputs, like those of coverage; encoded in the one canonical way.
    function _batch(bytes calldata arguments) private view {
        (uint256[8][] memory proofs, uint256[4][] memory inputs) = abi.decode(arguments, (uint256[8][], uint256[4][]));
        if (proofs.length < 2 || proofs.length != inputs.length) revert WrongCall(msg.data);
        if (keccak256(arguments) != keccak256(abi.encode(proofs, inputs))) revert WrongCall(msg.data);
        for (uint256 i = 0; i < proofs.length; ++i) {
            _check(proofs[i], abi.encode(inputs[i]));
        }
    }

    function _check(uint256[8] memory proof, bytes memory inputs) private view {
        if (refusing || keccak256(abi.encode(proof)) != keccak256(abi.encode(mockProof(inputs)))) revert ProofInvalid();
    }
}
