//! The whole reader, on invented files.

mod districts;
mod figures;
mod files;
mod gias;
mod ks2;
mod last_year;
mod ofsted;
mod people;
mod properties;
mod statements;
mod workbooks;

use super::{Batch, Dataset, Issue, IssueCode, Reader, Request, Row, Statement, Summary};

/// A districts list with one sound row.
const DISTRICTS: &str = "URN,School,District,From,Until,Kind\n\
                         900001,Oakfield,North Marlshire,01/09/2025,,\n";

/// A small pick of the register's columns with one sound row.
const GIAS: &str = "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,\
                    TypeOfEstablishment (name),EstablishmentStatus (name),\
                    PhaseOfEducation (name),OpenDate,NumberOfPupils\n\
                    900001,990,Marlshire,2001,Oakfield,Community school,Open,Primary,,210\n";

/// A small pick of the key stage 2 columns with one sound row.
const KS2: &str = "RECTYPE,LEA,URN,SCHNAME,TOTPUPS,TPUPYEAR,TELIG,PTRWM_EXP,READ_AVERAGE\n\
                   1,990,900001,Oakfield,210,30,30,63%,104\n";

/// The performance tables' absence file, one sound row.
const ABSENCE: &str = "LA,ESTAB,URN,PERCTOT,PPERSABS10\n990,2001,900001,4.3,8\n";

/// The statistics' file of suspensions, one sound row.
const SUSPENSIONS: &str = "time_period,time_identifier,geographic_level,old_la_code,school_urn,\
                           education_phase,headcount,suspension,susp_rate,one_plus_susp,\
                           one_plus_susp_rate,perm_excl,perm_excl_rate\n\
                           201819,Academic year,School,990,900001,State-funded primary,210,3,\
                           1.43,2,0.95,0,0\n";

/// A small pick of the census columns with one sound row.
const CENSUS: &str = "URN,LA,ESTAB,SCHOOLTYPE,NOR,TSENELK,PSENELK,NUMFSM\n\
                      900001,990,2001,State-funded primary,210,21,10,30\n";

/// A small pick of the attendance columns with one sound row.
const ATTENDANCE: &str = "time_period,time_identifier,geographic_level,old_la_code,la_name,\
                          education_phase,enrolments,overall_absence,possible_sessions,\
                          overall_absence_perc,pa_perc\n\
                          201819,Academic year,Local authority,990,Marlshire,Primary,850.58,\
                          15000,310000,4.83870967741935,11.2\n";

const COUNTY_FIGURES: &str = "URN,School,Year,Measure,Group,Period,Numerator,Denominator,Release,\
                              Embargo until\n\
                              900001,Oakfield,2018/19,ks2-rwm-expected,sen-support,,3,7,,\n";

const PHONICS: &str = "URN,School,Year,Group,Year group,Eligible,Met,Embargo until\n\
                       900001,Oakfield,2018/19,all,1,30,25,\n";

const REDUCED_HOURS: &str = "URN,School,Year,Term,Pupils,Hours lost,Pupils for long\n\
                             900001,Oakfield,2018/19,autumn,2,61.5,1\n";

const BENCHMARKS: &str = "Place,Year,Measure,Group,Period,Numerator,Denominator,Release\n\
                          England,2018/19,phonics-met,all,,82,100,final\n";

const PEOPLE: &str = "Name,E-mail,Role,At,From,To\n\
                      Ida Fenwick,ida@marlshire.example,governor,900001,,\n";

fn sound(dataset: Dataset) -> &'static str {
    match dataset {
        Dataset::Districts => DISTRICTS,
        Dataset::GiasEstablishments => GIAS,
        Dataset::Ks2 => KS2,
        Dataset::GiasLinks => statements::LINKS,
        Dataset::GiasGroups => statements::GROUPS,
        Dataset::GiasGroupLinks => statements::GROUP_LINKS,
        Dataset::Ofsted => ofsted::GRADED,
        Dataset::SupportHistory => statements::SUPPORT,
        Dataset::Absence => ABSENCE,
        Dataset::SuspensionsExclusions => SUSPENSIONS,
        Dataset::Census => CENSUS,
        Dataset::Attendance => ATTENDANCE,
        Dataset::CountyFigures => COUNTY_FIGURES,
        Dataset::Phonics => PHONICS,
        Dataset::ReducedHours => REDUCED_HOURS,
        Dataset::Benchmarks => BENCHMARKS,
        Dataset::LastYear => last_year::VISITS,
        Dataset::People => PEOPLE,
    }
}

fn request(dataset: Dataset) -> Request {
    Request {
        dataset,
        year: dataset.has_figures().then(|| "2018/19".parse().unwrap()),
        file_name: String::new(),
    }
}

fn read_as(request: Request, chunks: &[&[u8]]) -> (Batch, Summary) {
    let mut reader = Reader::new(request);
    let mut batch = Batch::default();
    for chunk in chunks {
        reader.push(chunk, &mut batch);
    }
    let summary = reader.finish(&mut batch);
    (batch, summary)
}

fn read(dataset: Dataset, bytes: impl AsRef<[u8]>) -> (Batch, Summary) {
    read_as(request(dataset), &[bytes.as_ref()])
}

/// An issue as one line: code, line, column, value, message.
fn told(issue: &Issue) -> String {
    let line = issue.line.map_or("-".to_owned(), |line| line.to_string());
    let column = issue.column.as_deref().unwrap_or("-");
    let value = issue.value.as_deref().unwrap_or("-");
    format!(
        "{} {line} {column} [{value}] {}",
        issue.code.as_str(),
        issue.message
    )
}

/// All issues of a file, one line each.
fn issues(dataset: Dataset, bytes: impl AsRef<[u8]>) -> Vec<String> {
    read(dataset, bytes).0.issues.iter().map(told).collect()
}

/// A sound file of the dataset and one more line.
fn with_row(dataset: Dataset, row: &str) -> String {
    format!("{}{row}\n", sound(dataset))
}

/// What the rows of a file state.
fn statements(batch: &Batch) -> Vec<&Statement> {
    fn statement(row: &Row) -> Option<&Statement> {
        match row {
            Row::Statement { statement, .. } => Some(statement),
            Row::School { .. }
            | Row::District { .. }
            | Row::Figures { .. }
            | Row::Person { .. } => None,
        }
    }
    batch.rows.iter().filter_map(statement).collect()
}
