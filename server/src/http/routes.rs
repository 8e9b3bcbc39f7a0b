//! The routes: a table, and what each does.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use solvency_verifier::Bytes32;
use solvency_verifier::trust::LatestClaim;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::oneshot;

use super::body::read_json;
use super::error::{ApiError, json_answer, typed};
use super::{Http, Side};
use crate::OPENAPI;
use crate::config::MAX_ADMIN_BYTES;
use crate::service::{Event, Outcome};
use crate::worker::Job;

/// What a route does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Health,
    OpenApi,
    Standing,
    Standings,
    Bundle,
    Evidence,
    Claim,
    Notice,
    Resolve,
    Clock,
    Reload,
    Metrics,
}

/// A route of the service.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// Its path; `{name}` is a position's.
    pub path: &'static str,
    /// Whether it is POST; GET otherwise.
    pub post: bool,
    /// Whether it is served on the admin listener alone.
    pub admin: bool,
    pub(crate) operation: Operation,
}

const fn get(path: &'static str, admin: bool, operation: Operation) -> Route {
    Route { path, post: false, admin, operation }
}

const fn post(path: &'static str, admin: bool, operation: Operation) -> Route {
    Route { path, post: true, admin, operation }
}

/// Every route.
pub const ROUTES: [Route; 12] = [
    get("/v1/health", false, Operation::Health),
    get("/v1/openapi.json", false, Operation::OpenApi),
    get("/v1/positions/{name}", false, Operation::Standing),
    post("/v1/positions/{name}/bundles", false, Operation::Bundle),
    post("/v1/positions/{name}/evidence", false, Operation::Evidence),
    get("/v1/positions", true, Operation::Standings),
    post("/v1/positions/{name}/claims", true, Operation::Claim),
    post("/v1/positions/{name}/notice", true, Operation::Notice),
    post("/v1/positions/{name}/resolve", true, Operation::Resolve),
    post("/v1/positions/{name}/clock", true, Operation::Clock),
    post("/v1/reload", true, Operation::Reload),
    get("/metrics", true, Operation::Metrics),
];

impl Route {
    /// The operation's name, as in the OpenAPI document.
    pub fn name(&self) -> &'static str {
        self.operation.name()
    }
}

impl Operation {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Operation::Health => "health",
            Operation::OpenApi => "openapi",
            Operation::Standing => "standing",
            Operation::Standings => "standings",
            Operation::Bundle => "bundle",
            Operation::Evidence => "evidence",
            Operation::Claim => "claim",
            Operation::Notice => "notice",
            Operation::Resolve => "resolve",
            Operation::Clock => "clock",
            Operation::Reload => "reload",
            Operation::Metrics => "metrics",
        }
    }
}

/// The routes of a listener.
pub(super) fn router(http: &Arc<Http>, side: Side) -> Router {
    let served = ROUTES.into_iter().filter(|route| side == Side::Admin || !route.admin);
    let router = served.fold(Router::new(), |router, route| {
        let (http, filter) = (http.clone(), if route.post { MethodFilter::POST } else { MethodFilter::GET });
        let handler = async move |request: Request<Body>| {
            let answered = answer(&http, route.operation, request).await;
            let mut response = answered.unwrap_or_else(ApiError::answer);
            response.extensions_mut().insert(route.operation);
            response
        };
        router.route(route.path, on(filter, handler))
    });
    let wrong_method = async || {
        let hint = "Allow names the method";
        ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method", "not this method", hint).close().answer()
    };
    router.fallback(async || ApiError::no_route().close().answer()).method_not_allowed_fallback(wrong_method)
}

async fn answer(http: &Http, operation: Operation, request: Request<Body>) -> Result<Response, ApiError> {
    let service = &http.service;
    if service.has_failed() && !matches!(operation, Operation::OpenApi | Operation::Metrics) {
        return Err(ApiError::failed().close());
    }
    match operation {
        Operation::Health => Ok(ok(&json!({ "status": "ok" }))),
        Operation::OpenApi => Ok(typed(StatusCode::OK, "application/json", OPENAPI)),
        Operation::Metrics => {
            let kind = "text/plain; version=0.0.4; charset=utf-8";
            Ok(typed(StatusCode::OK, kind, service.metrics_text()))
        }
        Operation::Standings => Ok(ok(&json!({ "positions": service.standings() }))),
        Operation::Standing => Ok(ok(&service.standing(&known(http, &request)?)?)),
        Operation::Reload => reload(http, request).await,
        _ => {
            let name = known(http, &request)?;
            let event = event(http, operation, request).await?;
            happen(http, &name, event).await
        }
    }
}

fn ok(body: &impl Serialize) -> Response {
    json_answer(StatusCode::OK, body)
}

/// The name of a position that is there: whoever names another one is not let send a body. Names have nothing to be decoded.
fn known(http: &Http, request: &Request<Body>) -> Result<String, ApiError> {
    let name = request.uri().path().split('/').nth(3).filter(|name| http.service.has(name));
    name.map(String::from).ok_or_else(|| ApiError::no_position().close())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClaimBody {
    number: u64,
    digest: Bytes32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResolveBody {
    evidence: Bytes32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoBody {}

async fn event(http: &Http, operation: Operation, request: Request<Body>) -> Result<Event, ApiError> {
    let limits = &http.limits;
    let allowed = match operation {
        Operation::Bundle => limits.bundle_bytes,
        Operation::Evidence => limits.evidence_bytes,
        _ => MAX_ADMIN_BYTES,
    };
    let body = read_json(request, allowed, Duration::from_millis(limits.body_ms)).await?;
    match operation {
        Operation::Bundle => Ok(Event::Bundle(body)),
        Operation::Evidence => Ok(Event::Evidence(body)),
        Operation::Claim => {
            let ClaimBody { number, digest } = form(&body)?;
            Ok(Event::Claim(LatestClaim { number, digest }))
        }
        Operation::Resolve => form(&body).map(|ResolveBody { evidence }| Event::Resolve(evidence)),
        Operation::Notice => form(&body).map(|NoBody {}| Event::Notice),
        Operation::Clock => form(&body).map(|NoBody {}| Event::RestartClock),
        _ => Err(ApiError::no_route()),
    }
}

/// The one object that an admin's request is. Typed reading alone would take an array of its values too.
fn form<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let refused = |message: String| {
        let hint = "GET /v1/openapi.json has the form";
        ApiError::new(StatusCode::BAD_REQUEST, "form", message, hint)
    };
    if body.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(refused("the body is no JSON object".into()));
    }
    serde_json::from_slice(body).map_err(|error| refused(error.to_string()))
}

/// Hands an event to the worker and waits for what it led to.
async fn happen(http: &Http, name: &str, event: Event) -> Result<Response, ApiError> {
    let (answer, answered) = oneshot::channel();
    let outcome = wait(http, Job::Event { name: name.into(), event, answer }, answered).await?;
    Ok(match outcome {
        Outcome::Judged { verdict, counted, repeated, standing } => {
            let status = if counted { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            let body = json!({ "verdict": verdict, "repeated": repeated, "standing": standing });
            json_answer(status, &body)
        }
        Outcome::Shown { evidence, repeated, standing } => {
            ok(&json!({ "evidence": evidence, "repeated": repeated, "standing": standing }))
        }
        Outcome::Done { standing } => ok(&json!({ "standing": standing })),
    })
}

/// Hands the reload to the worker, in its turn.
async fn reload(http: &Http, request: Request<Body>) -> Result<Response, ApiError> {
    let body = read_json(request, MAX_ADMIN_BYTES, Duration::from_millis(http.limits.body_ms)).await?;
    let NoBody {} = form(&body)?;
    let (answer, answered) = oneshot::channel();
    let changed = wait(http, Job::Reload { answer }, answered).await?;
    Ok(ok(&json!({ "changed": changed })))
}

/// Hands a job to the worker and waits for what it led to.
async fn wait<T, E: Into<ApiError>>(
    http: &Http,
    job: Job,
    answered: oneshot::Receiver<Result<T, E>>,
) -> Result<T, ApiError> {
    let failed = || http.service.has_failed().then(|| ApiError::failed().close());
    match http.jobs.try_send(job) {
        Ok(()) => {}
        Err(TrySendError::Closed(_)) => return Err(failed().unwrap_or_else(ApiError::stopping)),
        Err(TrySendError::Full(_)) => {
            let hint = "send it again after Retry-After; a bundle may be sent twice";
            let message = "too many bundles and events wait";
            let status = StatusCode::SERVICE_UNAVAILABLE;
            return Err(ApiError::new(status, "queue", message, hint).retry_after(1));
        }
    }
    match answered.await {
        Ok(outcome) => outcome.map_err(E::into),
        // The worker has dropped it.
        Err(_) => Err(failed().unwrap_or_else(ApiError::stopping)),
    }
}
