//! The columns of the county's own templates, and the templates themselves.

/// A template of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Figures,
    Phonics,
    ReducedHours,
    Benchmarks,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Urn,
    Place,
    Year,
    Period,
    Measure,
    Group,
    YearGroup,
    Numerator,
    Denominator,
    Eligible,
    Met,
    Pupils,
    HoursLost,
    LongPupils,
    Release,
    Embargo,
}

/// The names of the columns: official name first.
pub(super) const COLUMNS: [(Field, &[&str]); 16] = [
    (Field::Urn, &["URN"]),
    (Field::Place, &["Place"]),
    (Field::Year, &["Year", "Academic year"]),
    (Field::Period, &["Period", "Term"]),
    (Field::Measure, &["Measure"]),
    (Field::Group, &["Group"]),
    (Field::YearGroup, &["Year group"]),
    (Field::Numerator, &["Numerator"]),
    (Field::Denominator, &["Denominator"]),
    (Field::Eligible, &["Eligible"]),
    (Field::Met, &["Met"]),
    (Field::Pupils, &["Pupils"]),
    (Field::HoursLost, &["Hours lost"]),
    (Field::LongPupils, &["Pupils for long"]),
    (Field::Release, &["Release"]),
    (Field::Embargo, &["Embargo until"]),
];

/// Which template has which column, and whether a file without it is refused.
pub(super) const TABLES: [(Kind, Field, bool); 30] = [
    (Kind::Figures, Field::Urn, true),
    (Kind::Figures, Field::Year, true),
    (Kind::Figures, Field::Measure, true),
    (Kind::Figures, Field::Group, true),
    (Kind::Figures, Field::Period, false),
    (Kind::Figures, Field::Numerator, true),
    (Kind::Figures, Field::Denominator, true),
    (Kind::Figures, Field::Release, false),
    (Kind::Figures, Field::Embargo, false),
    (Kind::Phonics, Field::Urn, true),
    (Kind::Phonics, Field::Year, true),
    (Kind::Phonics, Field::Group, true),
    (Kind::Phonics, Field::YearGroup, false),
    (Kind::Phonics, Field::Eligible, true),
    (Kind::Phonics, Field::Met, true),
    (Kind::Phonics, Field::Embargo, false),
    (Kind::ReducedHours, Field::Urn, true),
    (Kind::ReducedHours, Field::Year, true),
    (Kind::ReducedHours, Field::Period, true),
    (Kind::ReducedHours, Field::Pupils, true),
    (Kind::ReducedHours, Field::HoursLost, true),
    (Kind::ReducedHours, Field::LongPupils, true),
    (Kind::Benchmarks, Field::Place, true),
    (Kind::Benchmarks, Field::Year, true),
    (Kind::Benchmarks, Field::Measure, true),
    (Kind::Benchmarks, Field::Group, true),
    (Kind::Benchmarks, Field::Numerator, true),
    (Kind::Benchmarks, Field::Denominator, true),
    (Kind::Benchmarks, Field::Period, false),
    (Kind::Benchmarks, Field::Release, false),
];

impl Kind {
    pub(super) const fn layout(self) -> &'static str {
        match self {
            Self::Figures => "county-figures-template",
            Self::Phonics => "phonics-template",
            Self::ReducedHours => "reduced-hours-template",
            Self::Benchmarks => "benchmarks-template",
        }
    }

    /// The file to fill in. Lines that start with `#` are left out when it is read.
    pub(super) const fn template(self) -> &'static str {
        match self {
            Self::Figures => FIGURES,
            Self::Phonics => PHONICS,
            Self::ReducedHours => REDUCED_HOURS,
            Self::Benchmarks => BENCHMARKS,
        }
    }
}

const FIGURES: &str = "\
# The county's own figures of schools, such as unvalidated results in September, or groups that
# the published files lack. One line for each school, year, measure, group and period.
# Lines that start with # are explanations and are left out. Keep the line with the column names.
# Sums of a school's pupils only: a file with single pupils is refused.
# For each year in the file it replaces the county's figures of that year: keep a year together.
#
# URN            six digits (from Get Information About Schools)
# School         the name for your own reading; not imported
# Year           the academic year, such as 2024/25
# Measure        such as ks2-rwm-expected, persistent-absence; all names:
#                llpr api PerformanceService/ListMeasures '{}'
# Group          all, girls, boys, disadvantaged, sen-support, ehc-plan, social-worker,
#                looked-after and others; empty means all
# Period         year, year-to-date, autumn, spring, summer, autumn-spring; empty means year
# Numerator      who is counted: pupils, sessions, suspensions, the sum of the scaled scores, hours
# Denominator    of how many pupils or sessions; empty where the measure is a count
# Release        unvalidated, provisional, revised or final; empty means that of the import
# Embargo until  last day on which only the authority and the headteacher may see it:
#                DD/MM/YYYY or YYYY-MM-DD; empty means none
#
# Example (invented):
# 900001,Oakfield Primary School,2024/25,ks2-rwm-expected,sen-support,year,3,7,unvalidated,11/12/2025
URN,School,Year,Measure,Group,Period,Numerator,Denominator,Release,Embargo until
";

const PHONICS: &str = "\
# Phonics screening check, sums of schools. One line for each school, year and group.
# Lines that start with # are explanations and are left out. Keep the line with the column names.
# Sums of a school's pupils only: a file with single pupils is refused.
# For each year in the file it replaces the phonics figures of that year.
#
# URN            six digits (from Get Information About Schools)
# School         the name for your own reading; not imported
# Year           the academic year, such as 2024/25
# Group          all, girls, boys, disadvantaged, sen-support and others; empty means all
# Year group     1, or 2 for pupils who met the standard by the end of Year 2; empty means 1
# Eligible       pupils who were due to be checked
# Met            those of them who met the standard of that year
# Embargo until  last day on which only the authority and the headteacher may see it; empty: none
#
# Example (invented):
# 900001,Oakfield Primary School,2024/25,all,1,30,25,
URN,School,Year,Group,Year group,Eligible,Met,Embargo until
";

const REDUCED_HOURS: &str = "\
# Pupils on reduced hours (part-time timetables), sums of schools. One line for each school and
# term. Lines that start with # are explanations and are left out. Keep the line with the column
# names. Sums of a school's pupils only: a file with single pupils is refused.
# For each year in the file it replaces the reduced hours of that year.
#
# URN              six digits (from Get Information About Schools)
# School           the name for your own reading; not imported
# Year             the academic year, such as 2024/25
# Term             autumn, spring or summer; or year-to-date, year
# Pupils           pupils on reduced hours at some time in the term; 0 for none
# Hours lost       hours that they did not attend, against full time; decimals allowed
# Pupils for long  those of them for longer than the number of weeks that the county has set
#
# Example (invented):
# 900001,Oakfield Primary School,2024/25,autumn,2,61.5,1
URN,School,Year,Term,Pupils,Hours lost,Pupils for long
";

const BENCHMARKS: &str = "\
# Figures of England and of authorities to compare schools with. One line for each place, year,
# measure and group.
# Lines that start with # are explanations and are left out. Keep the line with the column names.
# For each year in the file it replaces the benchmarks of that year.
#
# Place        England (state-funded schools), England primary, England all-schools, or an
#              authority's three digits, alone or with primary, secondary or special
# Year         the academic year, such as 2024/25
# Measure      such as phonics-met; all names: llpr api PerformanceService/ListMeasures '{}'
# Group        all, girls, boys, disadvantaged and others; empty means all
# Period       year, year-to-date, autumn, spring, summer, autumn-spring; empty means year
# Numerator    who is counted; for a percentage without counts the percentage itself
# Denominator  of how many; 100 for a percentage without counts
# Release      unvalidated, provisional, revised or final; empty means that of the import
#
# Example (invented):
# England,2024/25,phonics-met,all,year,80,100,final
Place,Year,Measure,Group,Period,Numerator,Denominator,Release
";
