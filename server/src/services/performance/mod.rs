//! The handlers of `PerformanceService`.

pub(super) mod list_measures;
pub(super) mod list_school_figures;
