//! Names, keys and addresses, each checked when made.

use super::NetworkError;
use libp2p::{Multiaddr, identity, multiaddr::Protocol};
use std::{fmt, net::IpAddr, str::FromStr};

/// A node's name on the wire: its Ed25519 public key. The libp2p peer id is derived from it.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct PeerId([u8; 32]);

impl PeerId {
    /// Takes the 32 bytes of an Ed25519 public key.
    ///
    /// # Errors
    /// [`NetworkError::Key`] if they are not a point of the curve.
    pub fn from_public_key(bytes: [u8; 32]) -> Result<Self, NetworkError> {
        identity::ed25519::PublicKey::try_from_bytes(&bytes).map_err(|_| NetworkError::Key)?;
        Ok(Self(bytes))
    }

    /// The public key.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The libp2p peer id in its usual base-58 form, for people and logs.
    pub fn to_base58(&self) -> String {
        self.wire().map(|id| id.to_base58()).unwrap_or_default()
    }

    pub(super) fn wire(&self) -> Result<libp2p::PeerId, NetworkError> {
        let key = identity::ed25519::PublicKey::try_from_bytes(&self.0).map_err(|_| NetworkError::Key)?;
        Ok(identity::PublicKey::from(key).to_peer_id())
    }

    /// The key inside a libp2p peer id, which for Ed25519 is an identity multihash.
    pub(super) fn from_wire(id: &libp2p::PeerId) -> Option<Self> {
        let key = identity::PublicKey::try_decode_protobuf(id.as_ref().digest()).ok()?;
        Some(Self(key.try_into_ed25519().ok()?.to_bytes()))
    }
}

impl fmt::Display for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PeerId({})", &hex::encode(&self.0[..4]))
    }
}

/// This node's Ed25519 key for the wire. It signs nothing on the ledger.
#[derive(Clone)]
pub struct NodeKey(identity::ed25519::Keypair);

impl NodeKey {
    /// Takes the 32 secret bytes (RFC 8032 seed).
    ///
    /// # Errors
    /// [`NetworkError::Key`] if the library refuses them.
    pub fn from_secret(mut secret: [u8; 32]) -> Result<Self, NetworkError> {
        let secret = identity::ed25519::SecretKey::try_from_bytes(&mut secret).map_err(|_| NetworkError::Key)?;
        Ok(Self(secret.into()))
    }

    /// The name others know this node by.
    pub fn peer(&self) -> PeerId {
        PeerId(self.0.public().to_bytes())
    }

    pub(super) fn wire(&self) -> identity::Keypair {
        self.0.clone().into()
    }
}

impl fmt::Debug for NodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NodeKey({:?})", self.peer())
    }
}

/// `/ip4/A/tcp/P` or `/ip6/A/tcp/P`, optionally followed by `/p2p/ID` (which is ignored: the member
/// list says whose address it is). Names are refused, so that no resolver can redirect a member.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Address {
    ip: IpAddr,
    port: u16,
}

impl Address {
    /// An address from its two parts.
    pub fn new(ip: IpAddr, port: u16) -> Self {
        Self { ip, port }
    }

    /// The machine.
    pub fn ip(&self) -> IpAddr {
        self.ip
    }

    /// The TCP port; 0 asks the system for a free one when listening.
    pub fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn wire(&self) -> Multiaddr {
        Multiaddr::from(self.ip).with(Protocol::Tcp(self.port))
    }

    pub(super) fn from_wire(address: &Multiaddr) -> Option<Self> {
        let mut parts = address.iter();
        let ip = match parts.next()? {
            Protocol::Ip4(ip) => IpAddr::V4(ip),
            Protocol::Ip6(ip) => IpAddr::V6(ip),
            _ => return None,
        };
        let Protocol::Tcp(port) = parts.next()? else {
            return None;
        };
        match (parts.next(), parts.next()) {
            (None, _) | (Some(Protocol::P2p(_)), None) => Some(Self { ip, port }),
            _ => None,
        }
    }
}

impl FromStr for Address {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        text.parse::<Multiaddr>()
            .ok()
            .and_then(|address| Self::from_wire(&address))
            .ok_or_else(|| NetworkError::Address(text.chars().take(128).collect()))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.wire())
    }
}
