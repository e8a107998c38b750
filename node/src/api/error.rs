//! What goes wrong, as RFC 9457 problems. Each names the place, the cause and the remedy, and has a stable code.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contracts::refusal::Refusal;
use ledger::state::Fault;
use serde_json::{Map, Value};

/// The media type of problems.
pub const PROBLEM_JSON: &str = "application/problem+json";

macro_rules! codes {
    ($($code:ident $status:literal $text:literal $title:literal;)+) => {
        /// The stable codes of problems. A code is never given another meaning.
        #[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
        pub enum Code {
            $(#[doc = $title] $code,)+
        }

        impl Code {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$code),+];

            /// The text that programs compare.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$code => $text,)+ }
            }

            /// The status of HTTP that goes with it.
            pub const fn status(self) -> u16 {
                match self { $(Self::$code => $status,)+ }
            }

            /// The title, the same for every problem of this code.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$code => $title,)+ }
            }
        }
    };
}

codes! {
    BadParameter 400 "bad_parameter" "a parameter of the question is not in form";
    BadNonce 400 "bad_nonce" "the nonce is not 32 bytes in hexadecimal";
    BadIdempotencyKey 400 "bad_idempotency_key" "the Idempotency-Key is not in form";
    BadJson 400 "bad_json" "the body is not the JSON that was expected";
    BadLine 400 "bad_line" "a line is not in form";
    BodyCutShort 400 "body_cut_short" "the body ended too early";
    MalformedTransaction 400 "malformed_transaction" "the transaction's bytes are not in order";
    OtherNetwork 400 "other_network" "the transaction is for another network";
    MissingToken 401 "missing_token" "the member's token is needed";
    WrongToken 401 "wrong_token" "the token is not the member's";
    NotFound 404 "not_found" "there is nothing at this address";
    UnknownTransaction 404 "unknown_transaction" "no such transaction here";
    NoSuchHeight 404 "no_such_height" "there is no block at this height here";
    NoSuchRecord 404 "no_such_record" "no record lies at this record key";
    UnknownMember 404 "unknown_member" "no such member in this network";
    MethodNotAllowed 405 "method_not_allowed" "this address takes another method";
    BodyTooSlow 408 "body_too_slow" "the body came too slowly";
    IdempotencyConflict 409 "idempotency_conflict" "the Idempotency-Key was used with another body";
    OtherSignature 409 "other_signature" "the same transaction was submitted with another signature";
    LengthRequired 411 "length_required" "the body's length must be said beforehand";
    BodyTooLarge 413 "body_too_large" "the body is too large";
    TooManyItems 413 "too_many_items" "too many items in one request";
    TargetTooLong 414 "target_too_long" "the address is too long";
    WrongMediaType 415 "wrong_media_type" "the body's Content-Type is not the one expected";
    UnknownKey 422 "unknown_key" "the registry has no such key";
    BadSignature 422 "bad_signature" "the signature does not check";
    Refused 422 "refused" "the rules refuse it";
    Expired 422 "expired" "the transaction has expired";
    ExpiryTooFar 422 "expiry_too_far" "the transaction expires too far ahead";
    NotOfThisMember 422 "not_of_this_member" "the certificate is another member's";
    OtherIssuer 422 "other_issuer" "the country is not the issuing member's";
    ProofTooLong 422 "proof_too_long" "one receipt cannot hold the answer";
    SignerShareFull 429 "signer_share_full" "the signer has too much waiting";
    Fault 500 "fault" "the node's own disk or program failed";
    PoolFull 503 "pool_full" "the node has too much waiting";
    Busy 503 "busy" "the node is answering too many at once";
    Behind 503 "behind" "the node is behind the height that was asked for";
    NoBlockYet 503 "no_block_yet" "no block has been decided yet";
    Stopping 503 "stopping" "the node is shutting down";
    Undecided 504 "undecided" "not decided in time; it may still be recorded";
    TooSlow 504 "too_slow" "the answer took too long";
}

/// One problem, ready to be answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    code: Code,
    detail: String,
    more: Map<String, Value>,
    retry_after_s: Option<u32>,
}

impl Problem {
    /// A problem; `detail` names the place, the cause and the remedy.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let retry_after_s = match code {
            Code::Busy | Code::Behind | Code::NoBlockYet => Some(1),
            Code::PoolFull | Code::SignerShareFull => Some(2),
            Code::Stopping => Some(10),
            _ => None,
        };
        Self { code, detail: detail.into(), more: Map::new(), retry_after_s }
    }

    /// Adds a member beside those of RFC 9457.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// A refusal of the rules, by its number.
    pub fn refused(number: u16, message: impl Into<String>) -> Self {
        let problem = Self::new(Code::Refused, message).with("refusal", number);
        match Refusal::from_number(number) {
            Some(refusal) => problem.with("refusal_name", refusal.name()),
            None => problem,
        }
    }

    /// Its code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// The members of RFC 9457 and ours.
    pub fn json(&self) -> Value {
        let mut object = Map::new();
        object.insert("type".into(), format!("urn:symbolon:problem:{}", self.code.as_str()).into());
        object.insert("title".into(), self.code.title().into());
        object.insert("status".into(), self.code.status().into());
        object.insert("detail".into(), self.detail.clone().into());
        object.insert("code".into(), self.code.as_str().into());
        object.extend(self.more.clone());
        Value::Object(object)
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        tracing::error!(%fault, "a question met a fault");
        Self::new(Code::Fault, fault.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.json().to_string()));
        *response.status_mut() = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if self.code.status() == 401 {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"symbolon\""));
        }
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_titles_are_each_used_once() {
        for texts in [Code::ALL.iter().map(|code| code.as_str()).collect::<Vec<_>>(), Code::ALL.iter().map(|code| code.title()).collect()] {
            let mut once = texts.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), texts.len());
        }
        assert!(Code::ALL.iter().all(|code| StatusCode::from_u16(code.status()).is_ok_and(|status| status.as_u16() >= 400)));
    }

    #[test]
    fn a_refusal_carries_its_number_and_name() {
        let json = Problem::refused(307, "no record").json();
        assert_eq!(
            (json["refusal"].as_u64(), json["refusal_name"].as_str(), json["status"].as_u64()),
            (Some(307), Some("NoSuchRecord"), Some(422))
        );
    }
}
