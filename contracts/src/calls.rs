//! Calldata of the handwritten contracts, from the protocol's types.
//!
//! Each function is named as the contract's; what it does, and who may send it, stands there.

use solvency_verifier::bundle::{Allocation, Proven, SignedClaim, SignedRound};
use solvency_verifier::encoding::{Bytes16, keccak256};
use solvency_verifier::statement::{
    AllocationStatement, BookAttestation, CoverageStatement, HoldingsStatement, Output, Signed,
};
use solvency_verifier::{Address, Bytes32, FieldElement, Shape};

use crate::abi::{Value, call, constructor};
use crate::statements::{
    ALLOCATION, BOOK, CLAIM, COVERAGE, HOLDINGS, RELEASED, ROUND, SIGNATURES, UPDATE, address, allocation,
    book, bytes32, claim, coverage, field, holdings, integer, large, nonce, proof, released, signature,
    signatures, signed_round, update,
};

/// `SolvencyRegistry`.
pub mod registry {
    use super::*;

    /// Arguments of the constructor.
    pub fn new(document: &[u8], verifiers: &[Address], admin: &Address) -> Vec<u8> {
        let document = Value::Bytes(document.to_vec());
        constructor(vec![document, addresses(verifiers), address(admin), integer(0)])
    }

    /// Gives a role, by its name.
    pub fn grant_role(role: &str, to: &Address) -> Vec<u8> {
        call("grantRole(bytes32,address)", vec![bytes32(&keccak256(role.as_bytes())), address(to)])
    }

    /// A venue as the registry keeps it.
    pub struct Venue {
        /// The venue.
        pub id: Bytes32,
        /// Signs claims.
        pub signer: Address,
        /// Acts on-chain.
        pub operator: Address,
        /// What pledges back.
        pub liability_book: Bytes32,
        /// The one contract that may act on pledges.
        pub settlement: Address,
        /// In seconds.
        pub grace: u64,
        /// In price rounds.
        pub round_lag: u64,
    }

    /// Registers a venue.
    pub fn register_venue(venue: &Venue) -> Vec<u8> {
        call(
            "registerVenue(bytes32,address,address,bytes32,address,uint24,uint16)",
            vec![
                bytes32(&venue.id),
                address(&venue.signer),
                address(&venue.operator),
                bytes32(&venue.liability_book),
                address(&venue.settlement),
                integer(venue.grace),
                integer(venue.round_lag),
            ],
        )
    }

    /// Registers an account.
    pub fn register_account(
        tag: &Bytes32,
        custodian: &Address,
        operator: &Address,
        log_origin: &str,
    ) -> Vec<u8> {
        call(
            "registerAccount(bytes32,address,address,string)",
            vec![bytes32(tag), address(custodian), address(operator), Value::Text(log_origin.into())],
        )
    }

    /// Records a book.
    pub fn record_book(attestation: &BookAttestation, signed: &[Signed]) -> Vec<u8> {
        call(&format!("recordBook({BOOK},{SIGNATURES})"), vec![book(attestation), signatures(signed)])
    }

    /// Records a holdings proof.
    pub fn record_holdings(attestation: &BookAttestation, proven: &Proven<HoldingsStatement>) -> Vec<u8> {
        super::holdings_call("recordHoldings", attestation, proven)
    }

    /// Records an allocation. `spent` are the outputs that its releases are of, in their order.
    pub fn record_allocation(made: &Allocation, spent: &[Output]) -> Vec<u8> {
        let releases = spent.iter().zip(&made.releases).map(|(output, signed)| released(output, signed));
        call(
            &format!("recordAllocation({ALLOCATION},bytes,uint256[8],{RELEASED}[])"),
            vec![
                allocation(&made.proven.statement),
                signature(&made.signature),
                proof(&made.proven.proof),
                Value::Array(releases.collect()),
            ],
        )
    }

    /// Records a claim.
    pub fn record_claim(signed: &SignedClaim) -> Vec<u8> {
        call(&format!("recordClaim({CLAIM},bytes)"), vec![claim(&signed.claim), signature(&signed.signature)])
    }

    /// Binds a pledge to the venue's latest claim.
    pub fn bind_pledge(
        signed: &SignedClaim,
        epoch: u64,
        in_allocation: &Bytes32,
        output: u32,
        commitment: &FieldElement,
        tag_salt: &Bytes16,
    ) -> Vec<u8> {
        let pledge = Value::Tuple(vec![
            integer(epoch),
            bytes32(in_allocation),
            integer(u64::from(output)),
            field(commitment),
            nonce(tag_salt),
        ]);
        call(
            &format!("bindPledge({CLAIM},(uint64,bytes32,uint32,bytes32,bytes16))"),
            vec![claim(&signed.claim), pledge],
        )
    }

    /// Records coverage at a price round. All statements are of the first one's shape, as far as the contract is concerned.
    pub fn update_coverage(round: &SignedRound, proven: &[&Proven<CoverageStatement>]) -> Vec<u8> {
        let [prices, signed] = signed_round(round);
        let tiered = proven.first().is_some_and(|one| one.statement.shape == Shape::CoverageTiered);
        call(
            &format!("updateCoverage({ROUND},{SIGNATURES},uint8,{UPDATE}[])"),
            vec![
                prices,
                signed,
                integer(u64::from(tiered)),
                Value::Array(proven.iter().map(|one| update(one)).collect()),
            ],
        )
    }

    /// Shows two histories of an account.
    pub fn report_equivocation(first: &Allocation, second: &Allocation) -> Vec<u8> {
        let shown = [first, second].map(|one| [allocation(&one.proven.statement), signature(&one.signature)]);
        call(&format!("reportEquivocation({ALLOCATION},bytes,{ALLOCATION},bytes)"), shown.concat())
    }

    /// Stops new claims and bindings of a venue.
    pub fn retire_venue(id: &Bytes32) -> Vec<u8> {
        call("retireVenue(bytes32)", vec![bytes32(id)])
    }

    /// Stops new books, allocations and claims of an account.
    pub fn retire_account(tag: &Bytes32) -> Vec<u8> {
        call("retireAccount(bytes32)", vec![bytes32(tag)])
    }

    /// Reads whether an address is an attestor, an oracle, and revoked.
    pub fn standing_of(signer: &Address) -> Vec<u8> {
        call("standingOf(address)", vec![address(signer)])
    }

    /// Makes a key's signatures count nowhere.
    pub fn revoke_signer(signer: &Address) -> Vec<u8> {
        call("revokeSigner(address)", vec![address(signer)])
    }

    /// Checks a price round.
    pub fn check_round(venue: &Bytes32, round: &SignedRound) -> Vec<u8> {
        let [prices, signed] = signed_round(round);
        call(&format!("checkRound(bytes32,{ROUND},{SIGNATURES})"), vec![bytes32(venue), prices, signed])
    }

    /// Writes an expiry down.
    pub fn mark_expired(account: &Bytes32, venue: &Bytes32) -> Vec<u8> {
        call("markExpired(bytes32,bytes32)", vec![bytes32(account), bytes32(venue)])
    }

    /// Reads the state.
    pub fn state_of(account: &Bytes32, venue: &Bytes32) -> Vec<u8> {
        call("stateOf(bytes32,bytes32)", vec![bytes32(account), bytes32(venue)])
    }

    /// Reads until when a position is covered, the round, and when that was recorded.
    pub fn coverage_of(account: &Bytes32, venue: &Bytes32) -> Vec<u8> {
        call("coverageOf(bytes32,bytes32)", vec![bytes32(account), bytes32(venue)])
    }
}

fn holdings_call(name: &str, attestation: &BookAttestation, proven: &Proven<HoldingsStatement>) -> Vec<u8> {
    let arguments = vec![book(attestation), holdings(&proven.statement), proof(&proven.proof)];
    call(&format!("{name}({BOOK},{HOLDINGS},uint256[8])"), arguments)
}

/// `SolvencyVerifier`: checks that change nothing, on any chain.
pub mod verifier {
    use super::*;

    /// Arguments of the constructor.
    pub fn new(registry: &Bytes32, verifiers: &[Address]) -> Vec<u8> {
        constructor(vec![bytes32(registry), addresses(verifiers)])
    }

    /// Checks a holdings proof.
    pub fn check_holdings(attestation: &BookAttestation, proven: &Proven<HoldingsStatement>) -> Vec<u8> {
        super::holdings_call("checkHoldings", attestation, proven)
    }

    /// Checks an allocation's proof.
    pub fn check_allocation(proven: &Proven<AllocationStatement>) -> Vec<u8> {
        let arguments = vec![allocation(&proven.statement), proof(&proven.proof)];
        call(&format!("checkAllocation({ALLOCATION},uint256[8])"), arguments)
    }

    /// Checks a coverage proof.
    pub fn check_coverage(proven: &Proven<CoverageStatement>) -> Vec<u8> {
        let arguments = vec![coverage(&proven.statement), proof(&proven.proof)];
        call(&format!("checkCoverage({COVERAGE},uint256[8])"), arguments)
    }
}

/// `CoverageFeed`: a position's coverage as a price feed.
pub mod feed {
    use super::*;

    /// Arguments of the constructor.
    pub fn new(registry: &Address, account: &Bytes32, venue: &Bytes32) -> Vec<u8> {
        constructor(vec![address(registry), bytes32(account), bytes32(venue)])
    }

    /// Reads the price round, until when it covers, when that was recorded (twice), and the round again.
    pub fn latest_round_data() -> Vec<u8> {
        call("latestRoundData()", vec![])
    }
}

fn addresses(list: &[Address]) -> Value {
    Value::Array(list.iter().map(address).collect())
}

/// `MarginEscrow`.
pub mod escrow {
    use super::*;

    const TERMS: &str = "(uint128,uint128,uint32,uint32,uint32)";

    /// Terms of a position.
    #[derive(Clone, Copy)]
    pub struct Terms {
        /// What must be left when releasing, in base units of collateral.
        pub minimum: u128,
        /// The most that can be claimed, in base units of the quote token.
        pub greatest_loss: u128,
        /// Seconds to answer a call.
        pub call_period: u64,
        /// Seconds to answer a request to close.
        pub close_period: u64,
        /// Duration of an auction in seconds.
        pub auction_period: u64,
    }

    fn terms(terms: &Terms) -> Value {
        Value::Tuple(vec![
            large(terms.minimum),
            large(terms.greatest_loss),
            integer(terms.call_period),
            integer(terms.close_period),
            integer(terms.auction_period),
        ])
    }

    /// Arguments of the constructor; the zero address as collateral is the chain's own coin.
    pub fn new(
        registry: &Address,
        collateral: &Address,
        asset: u64,
        quote: &Address,
        admin: &Address,
    ) -> Vec<u8> {
        let [registry, collateral, quote, admin] = [registry, collateral, quote, admin].map(address);
        constructor(vec![registry, collateral, integer(asset), quote, admin.clone(), admin])
    }

    /// Deposits.
    pub fn deposit(amount: u128) -> Vec<u8> {
        call("deposit(uint256)", vec![large(amount)])
    }

    /// Pledges a part of the free balance.
    pub fn pledge(account: &Bytes32, venue: &Bytes32, amount: u128, agreed: &Terms) -> Vec<u8> {
        call(
            &format!("pledge(bytes32,bytes32,uint128,{TERMS})"),
            vec![bytes32(account), bytes32(venue), large(amount), terms(agreed)],
        )
    }

    /// Opens a position.
    pub fn open(id: u64, account: &Bytes32, amount: u128, agreed: &Terms) -> Vec<u8> {
        call(
            &format!("open(uint256,bytes32,uint128,{TERMS})"),
            vec![integer(id), bytes32(account), large(amount), terms(agreed)],
        )
    }

    /// Calls for margin.
    pub fn margin_call(id: u64, amount: u128) -> Vec<u8> {
        call("marginCall(uint256,uint128)", vec![integer(id), large(amount)])
    }

    /// Writes down that a call is answered by coverage.
    pub fn answer(id: u64) -> Vec<u8> {
        call("answer(uint256)", vec![integer(id)])
    }

    /// Begins the auction.
    pub fn liquidate(id: u64, loss: u128, round: &SignedRound) -> Vec<u8> {
        let [prices, signed] = signed_round(round);
        call(
            &format!("liquidate(uint256,uint128,{ROUND},{SIGNATURES})"),
            vec![integer(id), large(loss), prices, signed],
        )
    }

    /// Buys.
    pub fn buy(id: u64, most: u128, least: u128, most_cost: u128) -> Vec<u8> {
        call(
            "buy(uint256,uint128,uint128,uint256)",
            vec![integer(id), large(most), large(least), large(most_cost)],
        )
    }

    /// Offers a settlement.
    pub fn offer_settlement(id: u64, amount: u128) -> Vec<u8> {
        call("offerSettlement(uint256,uint128)", vec![integer(id), large(amount)])
    }

    /// Accepts it.
    pub fn accept_settlement(id: u64, amount: u128) -> Vec<u8> {
        call("acceptSettlement(uint256,uint128)", vec![integer(id), large(amount)])
    }

    /// Takes from the free balance.
    pub fn withdraw(token: &Address, amount: u128, to: &Address) -> Vec<u8> {
        call("withdraw(address,uint256,address)", vec![address(token), large(amount), address(to)])
    }

    /// Reads a free balance.
    pub fn balance_of(token: &Address, owner: &Address) -> Vec<u8> {
        call("balanceOf(address,address)", vec![address(token), address(owner)])
    }

    /// Reads the running auction.
    pub fn auction_of(id: u64) -> Vec<u8> {
        call("auctionOf(uint256)", vec![integer(id)])
    }
}

/// An ERC-20 token.
pub mod token {
    use super::*;

    /// Arguments of `QuoteToken`'s constructor: who gets how much.
    pub fn new(holder: &Address, supply: u128) -> Vec<u8> {
        constructor(vec![address(holder), large(supply)])
    }

    /// Lets somebody take.
    pub fn approve(spender: &Address, amount: u128) -> Vec<u8> {
        call("approve(address,uint256)", vec![address(spender), large(amount)])
    }

    /// Reads a balance.
    pub fn balance_of(owner: &Address) -> Vec<u8> {
        call("balanceOf(address)", vec![address(owner)])
    }
}
