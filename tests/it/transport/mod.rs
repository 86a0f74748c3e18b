//! What the server allows a connection and a call, and how it stands up to those who want more.
//! Nothing here depends on the database, so these stories run on one engine.

mod abuse;
mod limits;
