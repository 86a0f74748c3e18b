//! The yearly review of a district (¶11): figures of its schools together, the funnel plot, strengths
//! and priorities in versions, and what the county manager sees across districts.
//!
//! Figures are worked out each time they are read, in a number of statements that does not depend
//! on how many schools there are; only words are kept.

mod county;
mod funnel;
mod pooled;
mod versions;

pub use county::{CountyDistrict, CountyDistricts, ReviewKey, SharedPriority, Standing};
pub use funnel::{DistrictFunnel, FunnelLine, FunnelSchool};
pub use pooled::{PooledNumber, PooledYear, ReviewFigures, Series};
pub use versions::{Review, ReviewPoint, ReviewState, ReviewVersion};
