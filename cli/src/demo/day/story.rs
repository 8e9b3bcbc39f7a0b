//! The day, hour by hour.

use std::path::Path;

use solvency_contracts::calls::{escrow, feed, registry, token, verifier};
use solvency_prover::files::{self, Access};
use solvency_verifier::Address;
use solvency_verifier::bundle::{Proven, SignedRound};
use solvency_verifier::encoding::TypedData;
use solvency_verifier::statement::{CoverageStatement, Output as AllocationOutput, SourceUse};

use super::desk::Desk;
use super::market::{HOUR, clock};
use super::parties::Parties;
use super::record::{PositionState, Record};
use super::setup::{Deployed, Users};
use crate::error::{CliError, CliResult};
use crate::node::{Chain, Transaction};

const MINUTE: u64 = 60;
/// The chain's own coin, in its smallest unit.
pub(crate) const COIN: u128 = 1_000_000_000_000_000_000;
/// A quote unit.
const QUOTE: u128 = 1_000_000;
/// Requirements in quote units: of venue a at first and after its margin call, and of venue b.
const REQUIREMENTS: [u64; 2] = [7_000_000, 4_000_000];
const RAISED: u64 = 8_500_000;
/// What is deposited for each venue.
const DEPOSITS: [u128; 2] = [30 * COIN, 10 * COIN];
/// All of that.
pub(crate) const DEPOSITED: u128 = DEPOSITS[0] + DEPOSITS[1];
/// What venue a is owed after the missed call.
pub(crate) const LOSS: u128 = 50_000 * QUOTE;
/// What venue b and the trader settle on.
const SETTLED: u128 = 2 * COIN;
const TERMS: escrow::Terms = escrow::Terms {
    minimum: 5 * COIN,
    greatest_loss: 60_000 * QUOTE,
    call_period: HOUR,
    close_period: 2 * HOUR,
    auction_period: 2 * HOUR,
};

/// The chain that claims name, and one on which nothing moves.
pub(crate) struct Story<'a> {
    pub(crate) zero: u64,
    pub(crate) out: &'a Path,
    pub(crate) chain: &'a Chain,
    pub(crate) other: &'a Chain,
    pub(crate) parties: &'a Parties,
    pub(crate) deployed: &'a Deployed,
    pub(crate) desk: Desk<'a>,
    pub(crate) record: Record<'a>,
}

impl Story<'_> {
    /// Everything from the first book to the last settlement; withdrawals are for the closing.
    pub(crate) fn run(&mut self) -> CliResult<()> {
        self.morning()?;
        self.ticks(1..=1)?;
        self.other_chain()?;
        self.ticks(2..=10)?;
        self.margin_call_answered()?;
        self.ticks(11..=16)?;
        self.margin_call_missed()?;
        self.ticks(18..=20)?;
        self.settlement()
    }

    /// Book, holdings, allocation, claims, pledges, first coverage, and both positions.
    fn morning(&mut self) -> CliResult<()> {
        let Users { relayer, trader, venues, .. } = self.deployed.users;
        self.wait(10 * MINUTE)?;
        let book = self.desk.book.clone();
        self.registry("record a book", registry::record_book(&book.attestation, &book.signatures))?;
        for proven in &book.holdings {
            self.registry("record a shard's holdings", registry::record_holdings(&book.attestation, proven))?;
        }
        for (venue, requirement) in REQUIREMENTS.into_iter().enumerate() {
            self.desk.claim(venue, 1, requirement, self.chain.now())?;
        }
        self.desk.allocate(self.chain.now())?;
        self.record_last_allocation("record an allocation to two venues")?;
        for venue in 0..2 {
            self.claim_and_bind(venue)?;
        }
        let round = self.desk.round(0)?;
        for venue in 0..2 {
            let proven = self.covered(venue, &round)?;
            self.update(&round, &[(venue, proven)])?;
        }
        self.send(trader, self.deployed.escrow, "deposit", escrow::deposit(DEPOSITED), DEPOSITED)?;
        for (venue, amount) in DEPOSITS.into_iter().enumerate() {
            let (account, id) = (self.parties.account, self.parties.venues[venue].id());
            let pledge = escrow::pledge(&account, &id, amount, &TERMS);
            self.send(trader, self.deployed.escrow, "pledge the deposit", pledge, 0)?;
            let open = escrow::open(position(venue), &account, amount, &TERMS);
            self.send(venues[venue], self.deployed.escrow, "open the position", open, 0)?;
        }
        // Who sends an update plays no part; that the same one comes twice is seen.
        let again = self.covered(0, &round)?;
        let call = registry::update_coverage(&round, &[&again]);
        self.refused(
            relayer,
            self.deployed.registry,
            "coverage at a round that is recorded already",
            call,
            "RoundNotLater",
        )
    }

    /// A price round at each of these hours, and whatever coverage there then is.
    fn ticks(&mut self, hours: std::ops::RangeInclusive<u64>) -> CliResult<()> {
        for hour in hours {
            self.tick(hour)?;
        }
        Ok(())
    }

    fn tick(&mut self, hour: u64) -> CliResult<SignedRound> {
        self.wait(hour * HOUR + MINUTE / 2)?;
        let round = self.desk.round(hour)?;
        let mut updates = Vec::new();
        for venue in 0..2 {
            match self.desk.cover(venue, &round, self.chain.now())? {
                Ok(proven) => updates.push((venue, proven)),
                Err(short) => {
                    let step = format!("venue {}: no proof exists: {short}", self.parties.venues[venue].name);
                    let states = self.states()?;
                    self.record.refused(self.chain.now(), None, step, states);
                }
            }
        }
        self.update(&round, &updates)?;
        Ok(round)
    }

    /// The other chain reads and checks the same statements, and does nothing with them.
    fn other_chain(&mut self) -> CliResult<()> {
        self.other.wait_until(self.chain.now())?;
        let round = self.desk.round(1)?;
        let proven = self.covered(0, &round)?;
        let book = &self.desk.book;
        let allocation = &self.desk.chain[0].proven;
        let (domain, on) = (&self.parties.domain, self.deployed);
        let holdings = &book.holdings[0];
        let checks = [
            (
                "the shard's holdings",
                on.verifier,
                verifier::check_holdings(&book.attestation, holdings),
                holdings.statement.digest(domain),
            ),
            (
                "the allocation",
                on.verifier,
                verifier::check_allocation(allocation),
                allocation.statement.digest(domain),
            ),
            (
                "the price round",
                on.registry,
                registry::check_round(&self.parties.venues[0].id(), &round),
                round.round.digest(domain),
            ),
            ("the coverage", on.verifier, verifier::check_coverage(&proven), proven.statement.digest(domain)),
        ];
        for (what, to, call, digest) in checks {
            let answer = self.other.read(what, to, &call)?;
            if answer != digest.0 {
                return Err(CliError::new(format!("the other chain has another digest of {what}")));
            }
            let step = format!("checks {what} of chain {}: the same digest", self.chain.id);
            self.record.note(self.other.now(), Some(self.other.id), step, Vec::new());
        }
        let relayer = self.deployed.users.relayer;
        let claim = registry::record_claim(&self.desk.standing[0].claim);
        let update = registry::update_coverage(&round, &[&proven]);
        for (step, data, error) in
            [("record the claim", claim, "WrongAudience"), ("record the coverage", update, "BindingMismatch")]
        {
            self.refused_on(self.other, relayer, self.deployed.registry, step, data, error)?;
        }
        let states = self.states_on(self.other)?;
        if states.iter().any(|position| position.state != "None") {
            return Err(CliError::new("something moved on the other chain"));
        }
        self.record.note(self.other.now(), Some(self.other.id), "nothing moved".into(), states);
        Ok(())
    }

    /// Coverage of venue a has ended. It calls; the custodian pledges more, with the venue's release.
    fn margin_call_answered(&mut self) -> CliResult<()> {
        let Users { relayer, venues, .. } = self.deployed.users;
        self.wait(10 * HOUR + 5 * MINUTE)?;
        let call = escrow::margin_call(position(0), 2 * DEPOSITS[0]);
        self.send(venues[0], self.deployed.escrow, "margin call", call, 0)?;
        self.wait(10 * HOUR + 30 * MINUTE)?;
        self.desk.top_up(RAISED, self.chain.now())?;
        self.record_last_allocation("release and repledge: the top-up")?;
        self.claim_and_bind(0)?;
        let round = self.desk.round(10)?;
        let proven = self.covered(0, &round)?;
        self.update(&round, &[(0, proven)])?;
        self.send(
            relayer,
            self.deployed.escrow,
            "the call is answered by coverage",
            escrow::answer(position(0)),
            0,
        )
    }

    /// Coverage of venue a has ended again. Nobody answers; the deposit is sold.
    fn margin_call_missed(&mut self) -> CliResult<()> {
        let Users { relayer, venues, buyer, .. } = self.deployed.users;
        self.wait(16 * HOUR + 5 * MINUTE)?;
        let call = escrow::margin_call(position(0), 2 * DEPOSITS[0]);
        self.send(venues[0], self.deployed.escrow, "margin call", call, 0)?;
        let early = self.desk.round(16)?;
        let liquidate = escrow::liquidate(position(0), LOSS, &early);
        self.refused(
            venues[0],
            self.deployed.escrow,
            "liquidation while the call runs",
            liquidate,
            "NotExpired",
        )?;

        let round = self.tick(17)?;
        let expired = registry::mark_expired(&self.parties.account, &self.parties.venues[0].id());
        self.send(relayer, self.deployed.registry, "mark the expiry", expired, 0)?;
        self.wait(17 * HOUR + 6 * MINUTE)?;
        let liquidate = escrow::liquidate(position(0), LOSS, &round);
        self.send(venues[0], self.deployed.escrow, "the deadline was missed: liquidate", liquidate, 0)?;
        let approve = token::approve(&self.deployed.escrow, u128::MAX);
        self.send(buyer, self.deployed.quote, "the buyer approves", approve, 0)?;
        self.wait(17 * HOUR + 20 * MINUTE)?;
        let buy = escrow::buy(position(0), 10 * COIN, 10 * COIN, LOSS);
        self.send(buyer, self.deployed.escrow, "buy ten coins at the price of the moment", buy, 0)?;
        self.wait(17 * HOUR + 50 * MINUTE)?;
        let buy = escrow::buy(position(0), u128::MAX, 1, LOSS);
        self.send(buyer, self.deployed.escrow, "buy what pays the rest of the loss", buy, 0)
    }

    /// Venue b's position ends by consent.
    fn settlement(&mut self) -> CliResult<()> {
        let Users { trader, venues, .. } = self.deployed.users;
        self.wait(20 * HOUR + 5 * MINUTE)?;
        let offer = escrow::offer_settlement(position(1), SETTLED);
        self.send(venues[1], self.deployed.escrow, "offer a settlement", offer, 0)?;
        let accept = escrow::accept_settlement(position(1), SETTLED);
        self.send(trader, self.deployed.escrow, "accept it", accept, 0)
    }

    fn wait(&self, since_zero: u64) -> CliResult<()> {
        Ok(self.chain.wait_until(self.zero + since_zero)?)
    }

    fn registry(&mut self, kind: &str, data: Vec<u8>) -> CliResult<()> {
        self.send(self.deployed.users.relayer, self.deployed.registry, kind, data, 0)
    }

    fn record_last_allocation(&mut self, kind: &str) -> CliResult<()> {
        let domain = &self.parties.domain;
        let Some((last, before)) = self.desk.chain.split_last() else { return Ok(()) };
        let released =
            last.proven.statement.sources.iter().filter(|source| source.kind == SourceUse::Released);
        let spent = released.filter_map(|source| {
            let origin = before.iter().find(|one| one.proven.statement.digest(domain) == source.origin)?;
            origin.proven.statement.outputs.get(source.index as usize).cloned()
        });
        let spent: Vec<AllocationOutput> = spent.collect();
        let call = registry::record_allocation(last, &spent);
        self.registry(kind, call)
    }

    fn claim_and_bind(&mut self, venue: usize) -> CliResult<()> {
        let standing = &self.desk.standing[venue];
        let Some((allocation, output, opening)) = &standing.pledge else {
            return Err(CliError::new("there is no pledge to bind"));
        };
        let salt = &standing.opening.tag_salt;
        let claim = registry::record_claim(&standing.claim);
        let bind =
            registry::bind_pledge(&standing.claim, 0, allocation, *output, &opening.commitment()?, salt);
        self.registry("record a claim", claim)?;
        self.registry("bind the pledge to the claim", bind)
    }

    fn covered(&mut self, venue: usize, round: &SignedRound) -> CliResult<Proven<CoverageStatement>> {
        self.desk.cover(venue, round, self.chain.now())?.map_err(CliError::new)
    }

    /// Records coverage in one transaction, after the venues judged their bundles: both must come to the same time.
    fn update(
        &mut self,
        round: &SignedRound,
        updates: &[(usize, Proven<CoverageStatement>)],
    ) -> CliResult<()> {
        if updates.is_empty() {
            return Ok(());
        }
        let kind = match updates.len() {
            1 => "coverage of one position".into(),
            count => format!("coverage of {count} positions in a batch"),
        };
        let mut until = Vec::new();
        for (venue, proven) in updates {
            let bundle = self.desk.bundle(*venue, round, proven);
            let acceptance = self.desk.judge(*venue, &bundle, self.chain.now())?;
            until.push((*venue, acceptance.until));
            let (name, claim) = (self.parties.venues[*venue].name, bundle.claim.claim.number);
            let at = clock(self.zero, self.chain.now()).replace(':', "");
            let path = self.out.join(format!("bundles/{name}-{at}.json"));
            files::write_json(&path, &bundle, Access::Public)?;
            let path = self.out.join(format!("trust-{name}-{claim}.json"));
            files::write_json(&path, &self.desk.trust(*venue)?, Access::Public)?;
        }
        let proven: Vec<_> = updates.iter().map(|(_, proven)| proven).collect();
        self.registry(&kind, registry::update_coverage(round, &proven))?;
        let states = self.states()?;
        for (venue, until) in until {
            if states[venue].until != until {
                let (got, name) = (states[venue].until, self.parties.venues[venue].name);
                let text =
                    format!("venue {name}: the bundle is accepted until {until}, the registry says {got}");
                return Err(CliError::new(text));
            }
            self.check_feed(venue, round.round.round, until)?;
        }
        Ok(())
    }

    /// Who reads the coverage as a price feed reads the same.
    fn check_feed(&self, venue: usize, round: u64, until: u64) -> CliResult<()> {
        let answer =
            self.chain.read("latestRoundData", self.deployed.feeds[venue], &feed::latest_round_data())?;
        if last_number(&answer, 0) != Some(round.into()) || last_number(&answer, 1) != Some(until.into()) {
            let name = self.parties.venues[venue].name;
            return Err(CliError::new(format!("venue {name}: the feed differs from the registry")));
        }
        Ok(())
    }

    /// Sends a transaction and writes it down.
    pub(crate) fn send(
        &mut self,
        from: Address,
        to: Address,
        kind: &str,
        data: Vec<u8>,
        value: u128,
    ) -> CliResult<()> {
        let receipt = self.chain.send(&Transaction { what: kind.into(), from, to: Some(to), data, value })?;
        let states = self.states()?;
        self.record.done(receipt.time, self.chain.id, kind, receipt.gas, states);
        Ok(())
    }

    /// Sends a transaction that has to be refused with this error.
    fn refused(
        &mut self,
        from: Address,
        to: Address,
        step: &str,
        data: Vec<u8>,
        error: &str,
    ) -> CliResult<()> {
        self.refused_on(self.chain, from, to, step, data, error)
    }

    fn refused_on(
        &mut self,
        chain: &Chain,
        from: Address,
        to: Address,
        step: &str,
        data: Vec<u8>,
        error: &str,
    ) -> CliResult<()> {
        let receipt =
            chain.try_send(&Transaction { what: step.into(), from, to: Some(to), data, value: 0 })?;
        let Some(revert) = receipt.revert.filter(|revert| revert.name == error) else {
            return Err(CliError::new(format!("{step}: not refused with {error}")));
        };
        let states = self.states_on(chain)?;
        self.record.refused(receipt.time, Some(chain.id), format!("{step}: {revert}"), states);
        Ok(())
    }

    fn states(&self) -> CliResult<Vec<PositionState>> {
        self.states_on(self.chain)
    }

    /// How both positions stand at a chain's registry.
    fn states_on(&self, chain: &Chain) -> CliResult<Vec<PositionState>> {
        let account = &self.parties.account;
        let position = |venue: &super::parties::Venue| {
            let read = |what, data: Vec<u8>| chain.read(what, self.deployed.registry, &data);
            let state = last_number(&read("stateOf", registry::state_of(account, &venue.id()))?, 0);
            let until = last_number(&read("coverageOf", registry::coverage_of(account, &venue.id()))?, 0);
            let names = ["None", "Covered", "Grace", "Expired", "Breached"];
            let state = state.and_then(|state| names.get(usize::try_from(state).ok()?));
            match (state, until.and_then(|until| u64::try_from(until).ok())) {
                (Some(state), Some(until)) => Ok(PositionState { venue: venue.name, state, until }),
                _ => Err(CliError::new("the registry answers no state")),
            }
        };
        self.parties.venues.iter().map(position).collect()
    }
}

/// The escrow's number of a venue's position: they are opened in the venues' order.
fn position(venue: usize) -> u64 {
    venue as u64 + 1
}

/// The number in a word of an answer, where it has at most 128 bits.
pub(crate) fn last_number(answer: &[u8], word: usize) -> Option<u128> {
    let word = answer.get(32 * word..32 * word + 32)?;
    let (high, low) = word.split_at(16);
    if high.iter().any(|byte| *byte != 0) { None } else { Some(u128::from_be_bytes(low.try_into().ok()?)) }
}
