//! What follows from the annual risk analysis (paragraph 13), beyond a single school; a school's
//! own pages are [`super::school::follow_up`].
//!
//! `list` reads and shows actions, wherever they are listed; `places` are the lists of a district,
//! of the county and of whoever owns actions. `contacts` shows whom a district has to contact and
//! whom it has contacted, and `tasks` says on the home page what waits.

pub(crate) mod contacts;
pub(crate) mod list;
pub(crate) mod places;
pub(crate) mod tasks;

/// The method that opens the actions of a place.
pub(crate) const ACTIONS: &str = "FollowUpService/ListFollowUpActions";

/// The method that only a school improvement manager may use, at their district and its schools.
pub(crate) const MANAGES: &str = "FollowUpService/ListContactsDue";
