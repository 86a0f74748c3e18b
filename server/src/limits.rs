//! Settings: what connections and calls may cost the server.

use std::num::NonZeroU32;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What connections and calls may cost. Nothing here can be switched off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Connections at once; further ones are closed at once.
    pub connections: NonZeroU32,
    /// Calls at once on one connection; further ones wait at the client.
    pub streams_per_connection: NonZeroU32,
    /// Age in minutes at which a connection takes no new calls and the client is told to make
    /// another one.
    pub connection_age_minutes: NonZeroU32,
    /// How long calls under way may still use it then, in seconds.
    pub connection_grace_seconds: NonZeroU32,
    /// How long a connection may stand before its first call, in seconds.
    pub first_call_seconds: NonZeroU32,
    /// Seconds of silence after which the client is asked whether it is still there.
    pub keepalive_seconds: NonZeroU32,
    /// Seconds that it has to answer that.
    pub keepalive_timeout_seconds: NonZeroU32,
    /// Seconds after which a connection ends whose client does not read its answers.
    pub unread_seconds: NonZeroU32,
    /// Calls that a client may break off while they wait to be looked at, before its connection
    /// ends.
    pub resets_per_connection: NonZeroU32,
    /// Metadata of a call in bytes, as HTTP/2 counts it.
    pub header_bytes: NonZeroU32,
    /// Calls at once over all connections; further ones are refused as `SERVER_BUSY`.
    pub calls_at_once: NonZeroU32,
    /// Longest duration of a call in seconds. A caller's own deadline counts where it is shorter.
    pub deadline_seconds: NonZeroU32,
    /// The same for calls that move whole files: streams, and applying, discarding or taking
    /// back an import.
    pub long_deadline_seconds: NonZeroU32,
    /// Largest request in bytes. A message of an upload is always at most 1 MiB.
    pub request_bytes: NonZeroU32,
}

const fn number(value: u32) -> NonZeroU32 {
    match NonZeroU32::new(value) {
        Some(value) => value,
        None => NonZeroU32::MIN,
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: number(1000),
            streams_per_connection: number(100),
            connection_age_minutes: number(60),
            connection_grace_seconds: number(1800),
            first_call_seconds: number(30),
            keepalive_seconds: number(30),
            keepalive_timeout_seconds: number(20),
            unread_seconds: number(60),
            resets_per_connection: number(100),
            header_bytes: number(16 * 1024),
            calls_at_once: number(256),
            deadline_seconds: number(30),
            long_deadline_seconds: number(1800),
            request_bytes: number(256 * 1024),
        }
    }
}

fn seconds(value: NonZeroU32) -> Duration {
    Duration::from_secs(u64::from(value.get()))
}

impl Limits {
    pub(crate) fn connection_age(&self) -> Duration {
        seconds(self.connection_age_minutes) * 60
    }

    pub(crate) fn connection_grace(&self) -> Duration {
        seconds(self.connection_grace_seconds)
    }

    pub(crate) fn first_call(&self) -> Duration {
        seconds(self.first_call_seconds)
    }

    pub(crate) fn keepalive(&self) -> Duration {
        seconds(self.keepalive_seconds)
    }

    pub(crate) fn keepalive_timeout(&self) -> Duration {
        seconds(self.keepalive_timeout_seconds)
    }

    pub(crate) fn unread(&self) -> Duration {
        seconds(self.unread_seconds)
    }

    pub(crate) fn deadline(&self) -> Duration {
        seconds(self.deadline_seconds)
    }

    pub(crate) fn long_deadline(&self) -> Duration {
        seconds(self.long_deadline_seconds)
    }
}
