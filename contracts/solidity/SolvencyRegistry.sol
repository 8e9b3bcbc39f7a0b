// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {ISolvencyRegistry} from "./interfaces/ISolvencyRegistry.sol";
import {Coverage} from "./registry/Coverage.sol";
import {RegistryDocument} from "./registry/RegistryDocument.sol";

/// The registry of coverage (spec/contracts.md): which accounts are covered at which venues, until when.
///
/// It does not show that attested balances exist or stay, that prices were real, or that attestors and oracles did not collude:
/// see spec/threats.md. What a statement says counts because it is signed or bound by a proof, never because of who sends it.
///
/// There is no proxy and no owner who can change a rule: another document, other keys or a corrected contract is another registry.
///
/// Its parts: `registry/RegistryDocument` reads the document, `Signers` and `Calendar` keep what it says, `Directory` who takes
/// part, `Ledger` what can be pledged and was, `Prices` the price rounds, `Coverage` the positions; `SolvencyVerifier` the proofs.
contract SolvencyRegistry is Coverage {
    /// Takes the canonical bytes of the registry (spec/valuation.md, V2), the generated batch verifier of each shape, the first
    /// admin and the delay of its handover, in seconds.
    constructor(bytes memory document, address[] memory verifiers, address admin, uint48 adminDelay)
        Coverage(RegistryDocument.parse(document), verifiers, admin, adminDelay)
    {}

    /// ERC-165.
    function supportsInterface(bytes4 interfaceId)
        public
        view
        override
        returns (bool)
    {
        return interfaceId == type(ISolvencyRegistry).interfaceId || super.supportsInterface(interfaceId);
    }
}
