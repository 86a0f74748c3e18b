//! Whether two kinds of call can be told apart by how long they take.

use std::time::{Duration, Instant};

use llpr_client::request_id;
use llpr_proto::v1::{
    CreateUserRequest, GetSchoolRequest, LinkPurpose, RequestLinkRequest, SignInRequest, User,
};
use llpr_server::Hashing;
use prost::Message as _;

use crate::wire::{Wire, frame, request};
use crate::{PASSWORD, World};

/// How well a caller can tell two things apart that it must not: 0.5 is not at all, 1 always.
#[derive(Clone, Copy, Debug)]
pub struct Separations {
    /// An unknown address from a wrong password.
    pub sign_in: f64,
    /// A request for a link with a known address from one with an unknown.
    pub link: f64,
    /// A foreign school from an invented one.
    pub school: f64,
    /// A check of a password from none: what the measure must find, or it measures nothing.
    pub planted: f64,
}

/// Times each pair of calls so many times.
pub async fn separations(world: &mut World, pairs: usize) -> Separations {
    // Or the attempts are soon refused without any work.
    world
        .restart_with(|config| {
            config.auth.max_failures = u32::MAX;
            config.auth.links_per_address = u32::MAX;
            config.auth.links_per_caller = u32::MAX;
            config.auth.hashing = Hashing::Owasp;
        })
        .await;
    let token = format!("Bearer {}", world.actor("SIM").await.access_token());
    let known = hashed_as_in_earnest(world).await;
    let wire = Wire::connect(&world.endpoint()).await;
    let sign_in = async |email: &str| {
        let message = SignInRequest {
            email: email.to_owned(),
            password: "not the password".into(),
        };
        let told = wire
            .call(
                request("/llpr.v1.AuthService/SignIn", &[]),
                frame(&message.encode_to_vec()),
            )
            .await;
        assert_eq!(told.expect("an answer").reason(), "CREDENTIALS_REFUSED");
    };
    let link = async |email: &str| {
        let message = RequestLinkRequest {
            email: email.to_owned(),
            purpose: LinkPurpose::Password.into(),
        };
        let told = wire
            .call(
                request("/llpr.v1.AuthService/RequestLink", &[]),
                frame(&message.encode_to_vec()),
            )
            .await;
        assert_eq!(told.expect("an answer").status().code(), tonic::Code::Ok);
    };
    let school = async |name: &str| {
        let message = GetSchoolRequest {
            name: name.to_owned(),
        };
        let asked = request(
            "/llpr.v1.SchoolService/GetSchool",
            &[("authorization", &token)],
        );
        let told = wire.call(asked, frame(&message.encode_to_vec())).await;
        assert_eq!(told.expect("an answer").reason(), "ACCESS_DENIED");
    };
    let unknown = "nobody.at.all@marlshire.example";
    let of = |(one, two): (Vec<Duration>, Vec<Duration>)| separation(&one, &two);
    Separations {
        sign_in: of(interleaved(
            pairs,
            async || sign_in(&known).await,
            async || sign_in(unknown).await,
        )
        .await),
        link: of(interleaved(
            pairs,
            async || link(&known).await,
            async || link(unknown).await,
        )
        .await),
        school: of(interleaved(
            pairs,
            async || school("schools/900037").await,
            async || school("schools/999998").await,
        )
        .await),
        planted: of(interleaved(
            pairs.min(100),
            async || sign_in(&known).await,
            async || school("schools/999998").await,
        )
        .await),
    }
}

/// The address of somebody new: the county's people have hashes that cost next to nothing.
async fn hashed_as_in_earnest(world: &World) -> String {
    let email = "hashed.in.earnest@marlshire.example";
    let request = CreateUserRequest {
        user: Some(User {
            email: email.into(),
            display_name: "Hester Earnshaw".into(),
            ..User::default()
        }),
        password: PASSWORD.into(),
        request_id: request_id(),
    };
    let admin = world.actor("ADMINISTRATOR").await;
    let made = admin.session.users().create_user(request).await;
    made.expect("a user");
    email.into()
}

/// Chance that a duration of the second kind is longer than one of the first: 0.5 where nothing
/// tells them apart. The area under the ROC curve; equal durations count half.
pub fn auc(first: &[Duration], second: &[Duration]) -> f64 {
    let mut all: Vec<(Duration, bool)> = Vec::with_capacity(first.len() + second.len());
    all.extend(first.iter().map(|&took| (took, false)));
    all.extend(second.iter().map(|&took| (took, true)));
    all.sort_unstable();
    // Twice the number of pairs in which the second is longer.
    let (mut shorter, mut wins) = (0_u64, 0_u64);
    for group in all.chunk_by(|one, other| one.0 == other.0) {
        let seconds = group.iter().filter(|(_, second)| *second).count() as u64;
        let firsts = group.len() as u64 - seconds;
        wins += seconds * (2 * shorter + firsts);
        shorter += firsts;
    }
    let pairs = (first.len() as u64 * second.len() as u64).max(1);
    #[expect(clippy::cast_precision_loss, reason = "a few million pairs")]
    let area = wins as f64 / (2 * pairs) as f64;
    area
}

/// How far from telling nothing, whichever kind is the slower: at least 0.5.
pub fn separation(first: &[Duration], second: &[Duration]) -> f64 {
    let area = auc(first, second);
    area.max(1.0 - area)
}

/// Times two kinds of call in turns, so that whatever else the machine does meets both alike.
/// Which goes first changes each time.
pub async fn interleaved(
    pairs: usize,
    mut first: impl AsyncFnMut(),
    mut second: impl AsyncFnMut(),
) -> (Vec<Duration>, Vec<Duration>) {
    let mut took = (Vec::with_capacity(pairs), Vec::with_capacity(pairs));
    for pair in 0..pairs {
        for turn in 0..2 {
            let begun = Instant::now();
            if (pair + turn) % 2 == 0 {
                first().await;
                took.0.push(begun.elapsed());
            } else {
                second().await;
                took.1.push(begun.elapsed());
            }
        }
    }
    took
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(values: &[u64]) -> Vec<Duration> {
        values.iter().copied().map(Duration::from_millis).collect()
    }

    #[test]
    fn the_area_is_the_share_of_pairs() {
        let close = |told: f64, expected: f64| {
            assert!((told - expected).abs() < 1e-12, "{told} {expected}");
        };
        close(auc(&millis(&[1, 2, 3]), &millis(&[4, 5])), 1.0);
        close(auc(&millis(&[4, 5]), &millis(&[1, 2, 3])), 0.0);
        close(auc(&millis(&[1, 2, 3]), &millis(&[1, 2, 3])), 0.5);
        close(auc(&millis(&[1, 3]), &millis(&[2, 4])), 0.75);
        close(auc(&millis(&[7, 7]), &millis(&[7])), 0.5);
        close(separation(&millis(&[4, 5]), &millis(&[1])), 1.0);
    }
}
