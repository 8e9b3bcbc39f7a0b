// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

import {CompactSignature, PriceRound} from "../../solidity/Statements.sol";
import {CoverageState, ISolvencyRegistry} from "../../solidity/interfaces/ISolvencyRegistry.sol";

/// A registry whose word the test chooses. It shows nothing about the real one.
contract ChosenRegistry is ISolvencyRegistry {
    error BadRound();

    mapping(bytes32 account => mapping(bytes32 venue => CoverageState)) public stateOf;
    mapping(bytes32 account => address) public accountOperator;
    mapping(bytes32 venue => address) public venueOperator;
    mapping(bytes32 venue => address) public settlementOf;
    uint64 public pauseEnd;
    bool public refusesRounds;

    function isCovered(bytes32 account, bytes32 venue) external view returns (bool) {
        return stateOf[account][venue] == CoverageState.Covered;
    }

    function coverageOf(bytes32, bytes32) external pure returns (uint64, uint64, uint64) {
        return (0, 0, 0);
    }

    function paused() public view returns (bool) {
        return block.timestamp < pauseEnd;
    }

    function checkRound(bytes32 venue, PriceRound calldata round, CompactSignature[] calldata) external view returns (bytes32) {
        if (refusesRounds) revert BadRound();
        return keccak256(abi.encode(venue, round));
    }

    function setState(bytes32 account, bytes32 venue, CoverageState state) external {
        stateOf[account][venue] = state;
    }

    function setAccountOperator(bytes32 account, address operator) external {
        accountOperator[account] = operator;
    }

    function setVenue(bytes32 venue, address operator, address settlement) external {
        (venueOperator[venue], settlementOf[venue]) = (operator, settlement);
    }

    function setPauseEnd(uint64 end) external {
        pauseEnd = end;
    }

    function setRefusesRounds(bool refuses) external {
        refusesRounds = refuses;
    }
}

/// Any number of decimals; whoever wants some, has some.
contract Token is ERC20 {
    uint8 private immutable DECIMALS;

    constructor(uint8 decimals_) ERC20("token", "T") {
        DECIMALS = decimals_;
    }

    function decimals() public view override returns (uint8) {
        return DECIMALS;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

/// Burns one base unit of every transfer.
contract FeeToken is Token(6) {
    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (from != address(0) && to != address(0) && amount > 0) super._update(to, address(0), 1);
    }
}

/// Calls somebody back in the middle of every transfer, and says what came of it.
contract CallingToken is Token(6) {
    address public target;
    bytes public data;
    bytes public answer;
    bool public succeeded;

    function callBack(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (target != address(0) && from != address(0)) {
            (address called, bytes memory with) = (target, data);
            target = address(0);
            (succeeded, answer) = called.call(with);
        }
    }
}

/// Receives the chain's own coin, and calls somebody back then.
contract CallingReceiver {
    address public target;
    bytes public data;
    bytes public answer;
    bool public succeeded;

    function callBack(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    function execute(address target_, uint256 value, bytes calldata data_) external returns (bytes memory result) {
        bool done;
        (done, result) = target_.call{value: value}(data_);
        require(done, "execute");
    }

    receive() external payable {
        if (target != address(0)) {
            address called = target;
            target = address(0);
            (succeeded, answer) = called.call(data);
        }
    }
}

/// Receives nothing.
contract Refusing {
    error Refused();

    receive() external payable {
        revert Refused();
    }
}
