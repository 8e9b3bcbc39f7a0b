//! JSON-RPC 2.0 over HTTP to a port of this machine.
//!
//! By `ureq` without TLS, proxies or redirects: HTTP's framing is not ours to write, and a demo that makes a few hundred calls in turn needs
//! no asynchronous runtime.

use std::cell::Cell;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use solvency_verifier::encoding::bytes_from_hex;

/// Most bytes of a reply that are read.
pub(crate) const MAX_REPLY_BYTES: u64 = 4 << 20;
/// How long one call may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Why a call has no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RpcError {
    /// No whole reply: refused, closed, or too late.
    #[error("{method}: the node does not answer: {error}")]
    NoReply { method: String, error: ureq::Error },
    /// A reply, but none of JSON-RPC.
    #[error("{method}: the node answers with HTTP status {status}")]
    Status { method: String, status: u16 },
    /// A reply that is longer than any that is expected.
    #[error("{method}: the node's reply is longer than {MAX_REPLY_BYTES} bytes")]
    TooLarge { method: String },
    /// A reply that is not JSON.
    #[error("{method}: the node's reply is not JSON: {error}")]
    NotJson { method: String, error: serde_json::Error },
    /// JSON, but no reply to this call.
    #[error("{method}: the node's reply {what}")]
    Malformed { method: String, what: String },
    /// The node says no.
    #[error("{method}: the node refuses: {message} (code {code})")]
    Refused {
        method: String,
        code: i64,
        message: String,
        /// What a call reverted with, where it did.
        data: Option<Vec<u8>>,
    },
}

/// The client of one node.
pub(crate) struct Rpc {
    agent: ureq::Agent,
    url: String,
    last_id: Cell<u64>,
}

impl Rpc {
    /// A client of the node at a port of 127.0.0.1. Nothing is sent yet.
    pub(crate) fn local(port: u16) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .proxy(None)
            .max_redirects(0)
            .http_status_as_error(false)
            .build();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Rpc { agent: config.into(), url: format!("http://{address}"), last_id: Cell::new(0) }
    }

    /// Calls a method.
    ///
    /// # Errors
    /// [`RpcError`].
    pub(crate) fn call(&self, method: &str, parameters: Value) -> Result<Value, RpcError> {
        let id = self.last_id.get().wrapping_add(1);
        self.last_id.set(id);
        let request = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters });
        let reply = self.exchange(method, &request.to_string())?;
        result_of(method, id, &reply)
    }

    /// As [`Self::call`], for a result of a known form.
    ///
    /// # Errors
    /// [`RpcError`].
    pub(crate) fn call_as<T: for<'de> Deserialize<'de>>(
        &self,
        method: &str,
        parameters: Value,
    ) -> Result<T, RpcError> {
        let result = self.call(method, parameters)?;
        serde_json::from_value(result)
            .map_err(|error| malformed(method, format!("has an unexpected result: {error}")))
    }

    fn exchange(&self, method: &str, request: &str) -> Result<Vec<u8>, RpcError> {
        let failed = |error| match error {
            ureq::Error::BodyExceedsLimit(_) => RpcError::TooLarge { method: method.into() },
            error => RpcError::NoReply { method: method.into(), error },
        };
        let sent = self.agent.post(&self.url).content_type("application/json").send(request);
        let mut response = sent.map_err(failed)?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(RpcError::Status { method: method.into(), status });
        }
        response.body_mut().with_config().limit(MAX_REPLY_BYTES).read_to_vec().map_err(failed)
    }
}

fn malformed(method: &str, what: impl Into<String>) -> RpcError {
    RpcError::Malformed { method: method.into(), what: what.into() }
}

/// An error object of JSON-RPC.
#[derive(Deserialize)]
struct ErrorObject {
    code: i64,
    message: String,
    #[serde(default)]
    data: Value,
}

/// The result in a reply: exactly one of result and error, for this call.
fn result_of(method: &str, id: u64, reply: &[u8]) -> Result<Value, RpcError> {
    let mut reply: Map<String, Value> =
        serde_json::from_slice(reply).map_err(|error| RpcError::NotJson { method: method.into(), error })?;
    if reply.get("id") != Some(&json!(id)) {
        return Err(malformed(method, format!("is not to call {id}")));
    }
    match (reply.remove("result"), reply.remove("error")) {
        (Some(result), None) => Ok(result),
        (None, Some(error)) => {
            let ErrorObject { code, message, data } = serde_json::from_value(error)
                .map_err(|error| malformed(method, format!("has no error object: {error}")))?;
            let data = data.as_str().and_then(|text| bytes_from_hex(text).ok());
            Err(RpcError::Refused { method: method.into(), code, message, data })
        }
        (Some(_), Some(_)) => Err(malformed(method, "has both a result and an error")),
        (None, None) => Err(malformed(method, "has neither a result nor an error")),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;
    use std::thread::JoinHandle;

    use super::*;

    /// A node that answers one request with these bytes and closes the connection.
    fn fake(answer: impl Into<Vec<u8>>) -> (Rpc, JoinHandle<String>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let answer = answer.into();
        let served = std::thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(&stream);
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                assert!(reader.read_line(&mut head).unwrap() > 0, "the request ends early: {head}");
            }
            let length = head
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            let mut body = vec![0; length.unwrap()];
            reader.read_exact(&mut body).unwrap();
            // The client may have hung up by then: that is what some tests are about.
            let _ = (&stream).write_all(&answer);
            head + &String::from_utf8(body).unwrap()
        });
        (Rpc::local(port), served)
    }

    fn http(status: &str, body: &str) -> String {
        format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
    }

    fn ask(answer: impl Into<Vec<u8>>) -> Result<Value, RpcError> {
        let (rpc, served) = fake(answer);
        let result = rpc.call("eth_chainId", json!([]));
        served.join().unwrap();
        result
    }

    #[test]
    fn a_call_is_sent_as_json_rpc_and_its_result_comes_back() {
        let (rpc, served) = fake(http("200 OK", r#"{"jsonrpc":"2.0","id":1,"result":"0x1"}"#));
        assert_eq!(rpc.call("eth_chainId", json!([])).unwrap(), json!("0x1"));
        let request = served.join().unwrap();
        assert!(request.starts_with("POST / HTTP/1.1\r\n"), "{request}");
        let body: Value = serde_json::from_str(request.split("\r\n\r\n").nth(1).unwrap()).unwrap();
        assert_eq!(body, json!({ "jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": [] }));
    }

    #[test]
    fn a_null_result_is_a_result() {
        assert_eq!(ask(http("200 OK", r#"{"jsonrpc":"2.0","id":1,"result":null}"#)).unwrap(), Value::Null);
    }

    #[test]
    fn an_error_object_is_told_with_what_the_call_reverted_with() {
        let body = r#"{"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"execution reverted","data":"0xdeadbeef"}}"#;
        let Err(RpcError::Refused { code, message, data, .. }) = ask(http("200 OK", body)) else {
            panic!("not refused")
        };
        assert_eq!(
            (code, message.as_str(), data),
            (3, "execution reverted", Some(vec![0xde, 0xad, 0xbe, 0xef]))
        );
        let body = r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found"}}"#;
        let refused = ask(http("200 OK", body));
        assert!(matches!(refused, Err(RpcError::Refused { code: -32601, data: None, .. })), "{refused:?}");
    }

    #[test]
    fn what_is_not_json_is_told_apart_from_what_is_no_reply() {
        for body in ["", "<html>", r#"{"jsonrpc":"2.0","id":1,"result":"0x1""#, "[]", "7"] {
            let result = ask(http("200 OK", body));
            assert!(matches!(result, Err(RpcError::NotJson { .. })), "{body}: {result:?}");
        }
        for (body, expected) in [
            (r#"{"jsonrpc":"2.0","id":2,"result":"0x1"}"#, "is not to call 1"),
            (r#"{"jsonrpc":"2.0","result":"0x1"}"#, "is not to call 1"),
            (r#"{"jsonrpc":"2.0","id":1}"#, "has neither"),
            (r#"{"jsonrpc":"2.0","id":1,"result":1,"error":{"code":1,"message":""}}"#, "has both"),
            (r#"{"jsonrpc":"2.0","id":1,"error":"no"}"#, "has no error object"),
        ] {
            let result = ask(http("200 OK", body));
            let Err(RpcError::Malformed { what, .. }) = &result else { panic!("{body}: {result:?}") };
            assert!(what.starts_with(expected), "{what}");
        }
    }

    #[test]
    fn a_status_other_than_200_is_no_reply_and_a_redirect_is_not_followed() {
        for (status, number) in
            [("500 Internal Server Error", 500), ("404 Not Found", 404), ("204 No Content", 204)]
        {
            let result = ask(http(status, ""));
            assert!(matches!(result, Err(RpcError::Status { status, .. }) if status == number), "{result:?}");
        }
        let redirect = "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        let result = ask(redirect);
        assert!(matches!(result, Err(RpcError::Status { status: 307, .. })), "{result:?}");
    }

    #[test]
    fn a_connection_that_closes_early_is_no_reply() {
        for answer in [
            "",
            "HTTP/1.1 200 OK\r\nContent-Le",
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"jsonrpc\"",
        ] {
            let result = ask(answer);
            assert!(matches!(result, Err(RpcError::NoReply { .. })), "{answer:?}: {result:?}");
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let result = Rpc::local(port).call("eth_chainId", json!([]));
        assert!(matches!(result, Err(RpcError::NoReply { .. })), "{result:?}");
    }

    /// At the most that is read, and one byte more, announced and not announced.
    #[test]
    fn an_oversized_reply_is_not_read_to_its_end() {
        let body = |length: usize| {
            let start = r#"{"jsonrpc":"2.0","id":1,"result":""#;
            format!("{start}{}\"}}", "a".repeat(length - start.len() - 2))
        };
        let most = usize::try_from(MAX_REPLY_BYTES).unwrap();
        assert!(ask(http("200 OK", &body(most))).is_ok());
        let result = ask(http("200 OK", &body(most + 1)));
        assert!(matches!(result, Err(RpcError::TooLarge { .. })), "{result:?}");
        let result = ask(format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}", body(most + 1)));
        assert!(matches!(result, Err(RpcError::TooLarge { .. })), "{result:?}");
    }
}
