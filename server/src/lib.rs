//! The HTTP service of a venue (spec/service.md): takes bundles and evidence, keeps positions, answers what they are worth now.
//!
//! It does not show who sent what it takes: everything is judged by its signatures and proofs. It has no TLS; that is terminated in front.
#![forbid(unsafe_code)]

mod answer;
mod clock;
mod config;
mod error;
mod files;
mod http;
mod limit;
mod metrics;
mod service;
mod token;
mod worker;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

pub use answer::{BandsChange, Breach, Change, ClaimChange, StandingAnswer, TrustChange};
pub use clock::{Clock, SystemClock};
pub use config::{
    BandsConfig, Config, Limits, MAX_ADMIN_BYTES, MAX_POSITIONS, PositionConfig, PreviousTrust,
};
pub use error::{ConfigError, ReloadRefused, StartError};
pub use files::{RECEIPT_FORMAT, open_position};
pub use http::{Listeners, ROUTES, Route};
pub use service::{Event, Outcome, Parts, ReadConfig, Refusal, Service};
pub use token::{MAX_TOKEN, MIN_TOKEN};

/// The OpenAPI document that the service hands out.
pub const OPENAPI: &str = include_str!("../openapi.json");

/// Serves until `shutdown` ends: binds the addresses, loads the positions, answers, and finishes what runs.
///
/// `bound` is called once with the addresses of intake and admin listener, when requests are taken.
///
/// # Errors
/// [`StartError`]: nothing was served; or [`StartError::WorkerFailed`], where the service ended by itself.
pub async fn run(
    config: Config,
    parts: Parts,
    bound: impl FnOnce(SocketAddr, SocketAddr),
    shutdown: impl Future<Output = ()>,
) -> Result<(), StartError> {
    let listeners = Listeners::bind(&config).await?;
    serve(config, parts, listeners, bound, shutdown).await
}

/// As [`run`], on sockets that were bound before.
///
/// # Errors
/// As [`run`].
pub async fn serve(
    config: Config,
    parts: Parts,
    listeners: Listeners,
    bound: impl FnOnce(SocketAddr, SocketAddr),
    shutdown: impl Future<Output = ()>,
) -> Result<(), StartError> {
    let token = token::Token::read(&config.admin_token)?;
    let limits = config.limits.clone();
    let fronts = config.fronts.clone();
    let service = Arc::new(Service::load(config, parts)?);
    let mut worker = worker::start(&service, limits.waiting, limits.batch);
    let (intake, admin) = listeners.addresses()?;
    bound(intake, admin);
    let http = http::Http::new(service, worker.sender(), limits, fronts, token);
    let ended = async {
        tokio::select! {
            () = shutdown => {}
            () = worker.failed() => {}
        }
    };
    http::serve(http, listeners, ended).await;
    worker.finish().await
}
