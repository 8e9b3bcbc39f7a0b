// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {RegistryDocument, RegistryTerms} from "../registry/RegistryDocument.sol";

/// For the tests only: what the registry's constructor reads of a document.
contract DocumentReader {
    function parse(bytes memory document) external pure returns (RegistryTerms memory) {
        return RegistryDocument.parse(document);
    }
}
