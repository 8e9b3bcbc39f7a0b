//! Everything that the demo's parties bring along, written to files.
//!
//! Figures come from `fixtures/`, where their sources are named. Keys are fresh in each run.

use std::path::{Path, PathBuf};

use solvency_prover::files::{self, Access};
use solvency_prover::random;
use solvency_prover::signer::Signer;
use solvency_verifier::encoding::tagged_sha256;
use solvency_verifier::policy::Policy;
use solvency_verifier::registry::{Registry, Schedule, SignerSet};
use solvency_verifier::{Address, Bytes32};

use crate::commands::trust::account_tag;
use crate::error::{CliResult, Outcome};

const REGISTRY: &str = include_str!("../../../fixtures/registry.json");
const VAULTS: &str = include_str!("../../../fixtures/vaults/fireblocks.json");
const MAPPING: &str = include_str!("../../../fixtures/vaults/mapping.toml");
const PRICES: &str = include_str!("../../../fixtures/prices/example.json");
const LOG_ORIGIN: &str = "log.example/custodian/account-1";

/// Attestors, all of which must sign.
pub(crate) const ATTESTORS: usize = 2;
/// Oracles, three of which must sign.
pub(crate) const ORACLES: usize = 4;
/// Shapes of the first proofs.
pub(crate) const SHAPES: [&str; 4] = ["holdings-16", "allocation-2x4", "coverage-flat", "coverage-tiered"];

/// Length of an epoch: long enough that the demo's bundles can be looked at for a day.
pub(crate) const EPOCH_SECONDS: u64 = 86_400;
/// Length of a price round.
const ROUND_SECONDS: u64 = 3_600;

/// A venue of the demo.
pub(crate) struct Venue {
    pub(crate) name: &'static str,
    policy: &'static str,
    /// In quote units.
    pub(crate) requirement: &'static str,
    /// Slots and amounts.
    pub(crate) pledge: &'static [(&'static str, &'static str)],
}

/// The three venues: one with flat haircuts, two with published tier tables.
pub(crate) const VENUES: [Venue; 3] = [
    Venue {
        name: "a",
        policy: include_str!("../../../fixtures/policies/venue-a.json"),
        requirement: "12500000",
        pledge: &[("BTC/cold", "120.5"), ("USDC/triparty", "4500000")],
    },
    Venue {
        name: "b",
        policy: include_str!("../../../fixtures/policies/venue-b.json"),
        requirement: "30000000",
        pledge: &[("BTC/cold", "400"), ("ETH/cold", "5200.25"), ("SOL/triparty", "31000")],
    },
    Venue {
        name: "c",
        policy: include_str!("../../../fixtures/policies/venue-c.json"),
        requirement: "4250000.50",
        pledge: &[("ETH/cold", "900"), ("SOL/cold", "15000")],
    },
];

/// A command of the story.
pub(crate) struct Step {
    pub(crate) title: String,
    pub(crate) arguments: Vec<String>,
    pub(crate) expected: Outcome,
    /// The venue whose verdict the step's answer is.
    pub(crate) venue: Option<String>,
}

/// What was written, and where.
pub(crate) struct Inputs {
    pub(crate) out: PathBuf,
    pub(crate) venues: &'static [Venue],
    custodian: Address,
    account: Bytes32,
}

/// Writes all inputs below the directory.
pub(crate) fn write(out: &Path, now: u64) -> CliResult<Inputs> {
    let custodian = new_signer(&out.join("custodian/custodian.key"))?;
    let attestors = new_signers(out, "attestor", ATTESTORS)?;
    let oracles = new_signers(out, "oracle", ORACLES)?;
    let witnesses = new_signers(out, "witness", 1)?;
    let registry = registry(now, attestors, oracles, witnesses)?;
    files::write_json(&out.join("registry.json"), &registry, Access::Public)?;
    let secret = random::bytes::<32>()?;
    let account = account_tag(&custodian, &secret);
    write_custodian(out, &account)?;
    for oracle in 1..=ORACLES {
        let path = out.join(format!("oracle-{oracle}/prices.json"));
        files::write_atomically(&path, PRICES.as_bytes(), Access::Public)?;
    }
    for venue in &VENUES {
        let directory = out.join(format!("venue-{}", venue.name));
        new_signer(&directory.join("venue.key"))?;
        let mut policy: Policy = serde_json::from_str(venue.policy)?;
        policy.registry = registry.digest();
        policy.valid_from = registry.valid_from;
        policy.valid_until = registry.valid_until;
        policy.validate(&registry)?;
        files::write_json(&directory.join("policy.json"), &policy, Access::Public)?;
    }
    Ok(Inputs { out: out.to_owned(), venues: &VENUES, custodian, account })
}

/// The fixture's registry with this run's signers; its first epoch begins now.
fn registry(
    now: u64,
    attestors: Vec<Address>,
    oracles: Vec<Address>,
    witnesses: Vec<Address>,
) -> CliResult<Registry> {
    let mut registry: Registry = serde_json::from_str(REGISTRY)?;
    let zero = now - now % 60;
    registry.epoch = Schedule { zero, seconds: EPOCH_SECONDS };
    registry.round = Schedule { zero, seconds: ROUND_SECONDS };
    let all = |members: &Vec<Address>| members.len() as u32;
    registry.attestors = SignerSet { version: 1, threshold: all(&attestors), members: attestors };
    registry.oracles = SignerSet { version: 1, threshold: 3, members: oracles };
    registry.witnesses = SignerSet { version: 1, threshold: all(&witnesses), members: witnesses };
    registry.max_book_age = EPOCH_SECONDS;
    registry.valid_from = zero;
    registry.valid_until = zero + 30 * EPOCH_SECONDS;
    registry.validate()?;
    Ok(registry)
}

fn new_signer(path: &Path) -> CliResult<Address> {
    let signer = Signer::generate()?;
    signer.save_new(path)?;
    Ok(signer.address())
}

fn new_signers(out: &Path, role: &str, count: usize) -> CliResult<Vec<Address>> {
    (1..=count).map(|number| new_signer(&out.join(format!("{role}-{number}/{role}.key")))).collect()
}

fn write_custodian(out: &Path, account: &Bytes32) -> CliResult<()> {
    let directory = out.join("custodian");
    files::write_atomically(&directory.join("vaults.json"), VAULTS.as_bytes(), Access::Secret)?;
    files::write_atomically(&directory.join("mapping.toml"), MAPPING.as_bytes(), Access::Public)?;
    let mut toml = format!(
        "# What a custodian tells `solvency prove`. Paths are relative to this file.\n\
         registry = \"../registry.json\"\n\
         signing_key = \"custodian.key\"\n\
         keys = \"../keys\"\n\
         state = \"state\"\n\
         store_key = \"store.key\"\n\
         account = \"{account}\"\n\
         log_origin = \"{LOG_ORIGIN}\"\n\
         round = \"../round.json\"\n\n\
         [book]\n\
         export = \"vaults.json\"\n\
         format = \"fireblocks\"\n\
         mapping = \"mapping.toml\"\n\
         lock_seconds = {EPOCH_SECONDS}\n"
    );
    for Venue { name, pledge, .. } in &VENUES {
        toml.push_str(&format!(
            "\n[[venue]]\n\
             name = \"{name}\"\n\
             policy = \"../venue-{name}/policy.json\"\n\
             claim = \"../venue-{name}/claim.json\"\n\
             opening = \"../venue-{name}/claim-opening.json\"\n\
             bundle = \"../bundle-{name}.json\"\n\
             [venue.pledge]\n"
        ));
        for (slot, amount) in *pledge {
            toml.push_str(&format!("\"{slot}\" = \"{amount}\"\n"));
        }
    }
    files::write_atomically(&directory.join("solvency.toml"), toml.as_bytes(), Access::Secret)?;
    Ok(())
}

impl Inputs {
    /// The story, command by command.
    pub(crate) fn steps(&self) -> Vec<Step> {
        let path = |name: &str| self.out.join(name).display().to_string();
        let mut steps = Vec::new();
        let mut step = |title: &str, arguments: Vec<String>| {
            steps.push(Step { title: title.into(), arguments, expected: Outcome::Done, venue: None });
        };
        let config = self.config();
        let round = path("round.json");
        for (title, arguments) in self.development_keys(&SHAPES) {
            step(&title, arguments);
        }
        step("custodian: an encrypted store", fill("store new --config {}", &[&config]));
        step("custodian: what of the export counts", fill("book import --config {}", &[&config]));
        step("custodian: commit to the book", fill("book commit --config {}", &[&config]));
        for attestor in 1..=ATTESTORS {
            let title = format!("attestor {attestor}: recompute the roots, compare, co-sign");
            step(&title, self.attest(attestor, 0));
        }
        for venue in self.venues {
            step(
                &format!("venue {}: claim margin, the amount behind a commitment", venue.name),
                self.claim(venue, 2 * EPOCH_SECONDS),
            );
            step(&format!("venue {}: write down what it trusts", venue.name), self.trust(venue, 24));
        }
        step("oracles: the median of four, signed by three", self.round(&round));
        step("custodian: everything that is missing, in one command", fill("prove --config {}", &[&config]));
        for venue in self.venues {
            let bundle = path(&format!("bundle-{}.json", venue.name));
            let trust = path(&format!("trust-{}.json", venue.name));
            steps.push(Step {
                title: format!("venue {}: verify", venue.name),
                arguments: fill("verify {} --trust {}", &[&bundle, &trust]),
                expected: Outcome::Done,
                venue: Some(venue.name.into()),
            });
        }
        steps.push(Step {
            title: "venue b is shown venue a's bundle, and refuses it".into(),
            arguments: fill("verify {} --trust {}", &[&path("bundle-a.json"), &path("trust-b.json")]),
            expected: Outcome::Rejected,
            venue: None,
        });
        steps
    }

    fn directory(&self, venue: &Venue) -> String {
        self.out.join(format!("venue-{}", venue.name)).display().to_string()
    }

    /// The custodian's configuration.
    pub(crate) fn config(&self) -> String {
        self.out.join("custodian/solvency.toml").display().to_string()
    }

    /// The commands that make development keys, with what they are.
    pub(crate) fn development_keys(&self, shapes: &[&str]) -> Vec<(String, Vec<String>)> {
        let keys = self.out.join("keys").display().to_string();
        let command = |shape: &&str| {
            let title =
                format!("a development key for {shape}: its maker can forge, so verifiers must name it");
            (title, fill("keys dev {} --keys {}", &[shape, &keys]))
        };
        shapes.iter().map(command).collect()
    }

    /// An attestor's command for the book of an epoch.
    pub(crate) fn attest(&self, attestor: usize, epoch: u64) -> Vec<String> {
        let path = |name: &str| self.out.join(name).display().to_string();
        let handed = |name: &str| path(&format!("custodian/state/epoch-{epoch}/{name}"));
        let template = "attest --book {} --attestation {} --registry {} --view {} --mapping {} --key {}";
        let values = [
            handed("book.json"),
            handed("attestation.json"),
            path("registry.json"),
            path("custodian/vaults.json"),
            path("custodian/mapping.toml"),
            path(&format!("attestor-{attestor}/attestor.key")),
        ];
        fill(template, &values.each_ref().map(String::as_str))
    }

    /// A venue's command for its first claim, which holds for so many seconds.
    pub(crate) fn claim(&self, venue: &Venue, seconds: u64) -> Vec<String> {
        let directory = self.directory(venue);
        let (policy, key) = (format!("{directory}/policy.json"), format!("{directory}/venue.key"));
        let registry = self.out.join("registry.json").display().to_string();
        let (account, book) = (self.account.to_string(), liability_book(venue).to_string());
        let template = "claim new --registry {} --policy {} --key {} --account {} --liability-book {} \
                        --requirement {} --number 1 --valid-for {} --out {}";
        let seconds = seconds.to_string();
        fill(template, &[&registry, &policy, &key, &account, &book, venue.requirement, &seconds, &directory])
    }

    /// A venue's command for its trust file, which takes rounds up to so many behind.
    pub(crate) fn trust(&self, venue: &Venue, lag: u64) -> Vec<String> {
        let directory = self.directory(venue);
        let below = |name: &str| format!("{directory}/{name}");
        let at = |name: &str| self.out.join(name).display().to_string();
        let template = "trust --registry {} --policy {} --claim {} --key {} --custodian {} --log-origin {} --keys {} \
                        --accept-development-keys --max-round-lag {} --out {}";
        let values = [
            at("registry.json"),
            below("policy.json"),
            below("claim.json"),
            below("venue.key"),
            self.custodian.to_string(),
            LOG_ORIGIN.to_owned(),
            at("keys"),
            lag.to_string(),
            at(&format!("trust-{}.json", venue.name)),
        ];
        fill(template, &values.each_ref().map(String::as_str))
    }

    /// The oracles' command for a price round, from what each observed.
    pub(crate) fn round(&self, out: &str) -> Vec<String> {
        let at = |name: String| self.out.join(name).display().to_string();
        let mut arguments = fill("round --registry {} --out {}", &[&at("registry.json".into()), out]);
        let mut flag = |flag: &str, value: String| arguments.extend([flag.to_owned(), value]);
        for oracle in 1..=ORACLES {
            flag("--observation", at(format!("oracle-{oracle}/prices.json")));
        }
        for venue in self.venues {
            flag("--policy", at(format!("venue-{}/policy.json", venue.name)));
        }
        for oracle in 1..=3 {
            flag("--key", at(format!("oracle-{oracle}/oracle.key")));
        }
        arguments
    }
}

fn liability_book(venue: &Venue) -> Bytes32 {
    tagged_sha256("solvency.demo.liability-book", &[venue.name.as_bytes()])
}

/// The words of a command line, each `{}` replaced by the next value, whatever it holds.
pub(crate) fn fill(template: &str, values: &[&str]) -> Vec<String> {
    let mut values = values.iter();
    let word = |word: &str| match word {
        "{}" => values.next().map_or_else(String::new, |value| (*value).to_owned()),
        word => word.to_owned(),
    };
    template.split_whitespace().map(word).collect()
}
