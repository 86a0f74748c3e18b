//! Follow-up of the risk analysis (¶13): contacts, whom to contact about academies, and actions. Who sees
//! what is decided in [`visible`], as conditions of the statements.

mod actions;
mod close;
mod contacts;
mod due;
mod listing;
mod visible;

pub use actions::{Action, ActionChange, NewAction};
pub use close::{Agreed, Agreement, Closing};
pub use contacts::{Contact, ContactKey, NewContact, Withdrawal};
pub use due::{Due, DueContacts, SchoolDue};
pub use listing::{ActionFilter, ActionKey};
pub(crate) use listing::{open_of_schools, overdue_by_district};
