//! What happens to data when calls, servers and disks go away.

mod cancel_storm;
mod crash_loop;
mod drill;
mod faults;
mod own_end;
mod planted;
