//! The columns of Ofsted's management information, whose layout changed with each framework.
//!
//! A file is a few blocks of columns, one for each inspection that a row tells. The blocks of
//! each layout stand below as tables; what a block lacks in a file is not supplied.

use super::layout::{Column, Header, Layout};
use crate::inspection::Area;

/// What a column holds: the school's URN, or an item of the block with that index.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Urn,
    Of(usize, Item),
}

/// What a column of a block holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    Number,
    Kind,
    Start,
    Published,
    Relates,
    UrnThen,
    NameThen,
    Concern,
    Safeguarding,
    Overall,
    Outcome,
    Area(Area),
}

/// What the grades of a block are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// Grades from 1 to 4.
    Grades,
    /// The standards of a report card.
    Standards,
    /// None: an ungraded inspection.
    Ungraded,
}

type Items = &'static [(Item, &'static [&'static str])];

/// The columns of one inspection.
pub(super) struct Block {
    pub(super) scale: Scale,
    items: Items,
}

/// A layout of the management information.
pub(super) struct Variant {
    pub(super) name: &'static str,
    pub(super) blocks: &'static [Block],
}

/// The layout with report cards, since November 2025.
static REPORT_CARDS: Variant = Variant {
    name: "ofsted-report-cards",
    blocks: &[
        Block {
            scale: Scale::Standards,
            items: &[
                (
                    Item::Number,
                    &["Inspection number of latest full inspection"],
                ),
                (Item::Kind, &["Inspection type"]),
                (Item::Start, &["Inspection start date"]),
                (Item::Published, &["Publication date"]),
                (
                    Item::Relates,
                    &["Does the latest full inspection relate to the URN of the current school?"],
                ),
                (Item::UrnThen, &["URN at time of latest full inspection"]),
                (
                    Item::NameThen,
                    &["School name at time of latest full inspection"],
                ),
                (Item::Concern, &["Category of concern"]),
                (Item::Safeguarding, &["Safeguarding standards"]),
                (Item::Area(Area::Inclusion), &["Inclusion"]),
                (
                    Item::Area(Area::CurriculumAndTeaching),
                    &["Curriculum and teaching"],
                ),
                (Item::Area(Area::Achievement), &["Achievement"]),
                (
                    Item::Area(Area::AttendanceAndBehaviour),
                    &["Attendance and behaviour"],
                ),
                (
                    Item::Area(Area::PersonalDevelopmentAndWellbeing),
                    &[
                        "Personal development and wellbeing",
                        "Personal development and well-being",
                    ],
                ),
                (
                    Item::Area(Area::EarlyYears),
                    &["Early years (where applicable)", "Early years"],
                ),
                (
                    Item::Area(Area::PostSixteen),
                    &["Post-16 provision (where applicable)", "Post-16 provision"],
                ),
                (
                    Item::Area(Area::LeadershipAndGovernance),
                    &["Leadership and governance"],
                ),
            ],
        },
        Block {
            scale: Scale::Grades,
            items: &[
                (
                    Item::Number,
                    &["Inspection number of latest OEIF graded inspection"],
                ),
                (
                    Item::Kind,
                    &["Inspection type of latest OEIF graded inspection"],
                ),
                (
                    Item::Start,
                    &["Inspection start date of latest OEIF graded inspection"],
                ),
                (
                    Item::Published,
                    &["Publication date of latest OEIF graded inspection"],
                ),
                (
                    Item::Relates,
                    &[
                        "Does the latest OEIF graded inspection relate to the URN of the current school?",
                    ],
                ),
                (
                    Item::UrnThen,
                    &["URN at time of latest OEIF graded inspection"],
                ),
                (
                    Item::NameThen,
                    &["School name at time of latest OEIF graded inspection"],
                ),
                (Item::Concern, &["Latest OEIF category of concern"]),
                (
                    Item::Safeguarding,
                    &[
                        "Latest OEIF safeguarding is effective?",
                        "Latest OEIF safeguarding is effective",
                    ],
                ),
                (Item::Overall, &["Latest OEIF overall effectiveness"]),
                (
                    Item::Area(Area::QualityOfEducation),
                    &["Latest OEIF quality of education"],
                ),
                (
                    Item::Area(Area::BehaviourAndAttitudes),
                    &["Latest OEIF behaviour and attitudes"],
                ),
                (
                    Item::Area(Area::PersonalDevelopment),
                    &["Latest OEIF personal development"],
                ),
                (
                    Item::Area(Area::LeadershipAndManagement),
                    &["Latest OEIF effectiveness of leadership and management"],
                ),
                (
                    Item::Area(Area::EarlyYears),
                    &["Latest OEIF early years provision (where applicable)"],
                ),
                (
                    Item::Area(Area::SixthForm),
                    &["Latest OEIF sixth form provision (where applicable)"],
                ),
            ],
        },
        UNGRADED,
    ],
};

/// The latest ungraded inspection, in the words of 2022 and later, or of 2015 to 2022.
const UNGRADED: Block = Block {
    scale: Scale::Ungraded,
    items: &[
        (
            Item::Number,
            &[
                "Latest ungraded inspection number since last graded inspection",
                "Latest ungraded inspection number",
                "Latest section 8 inspection number since last full inspection",
                "Latest short inspection number since last full inspection",
            ],
        ),
        (
            Item::Start,
            &[
                "Date of latest ungraded inspection",
                "Date of latest section 8 inspection",
                "Date of latest short inspection",
            ],
        ),
        (
            Item::Published,
            &[
                "Ungraded inspection publication date",
                "Section 8 inspection publication date",
                "Short inspection publication date",
            ],
        ),
        (
            Item::Relates,
            &[
                "Does the ungraded inspection relate to the URN of the current school?",
                "Does the section 8 inspection relate to the URN of the current school?",
            ],
        ),
        (
            Item::UrnThen,
            &[
                "URN at time of the ungraded inspection",
                "URN at time of the section 8 inspection",
            ],
        ),
        (
            Item::NameThen,
            &[
                "School name at time of the ungraded inspection",
                "School name at time of the latest section 8 inspection",
                "School name at time of the section 8 inspection",
            ],
        ),
        (
            Item::Outcome,
            &[
                "Ungraded inspection overall outcome",
                "Section 8 inspection overall outcome",
                "Short inspection overall outcome",
            ],
        ),
    ],
};

/// Since 2022 "graded inspection", in 2019 to 2022 "full inspection".
static LATEST: Variant = Variant {
    name: "ofsted-latest-inspections",
    blocks: &[
        Block {
            scale: Scale::Grades,
            items: &[
                (
                    Item::Number,
                    &[
                        "Inspection number of latest graded inspection",
                        "Inspection number of latest full inspection",
                    ],
                ),
                (Item::Kind, &["Inspection type"]),
                (Item::Start, &["Inspection start date"]),
                (Item::Published, &["Publication date"]),
                (
                    Item::Relates,
                    &[
                        "Does the latest graded inspection relate to the URN of the current school?",
                        "Does the latest full inspection relate to the URN of the current school?",
                    ],
                ),
                (
                    Item::UrnThen,
                    &[
                        "URN at time of latest graded inspection",
                        "URN at time of latest full inspection",
                    ],
                ),
                (
                    Item::NameThen,
                    &[
                        "School name at time of latest graded inspection",
                        "School name at time of latest full inspection",
                    ],
                ),
                (Item::Concern, &["Category of concern"]),
                (
                    Item::Safeguarding,
                    &[
                        "Safeguarding is effective?",
                        "Safeguarding is effective",
                        "Is safeguarding effective?",
                    ],
                ),
                (Item::Overall, &["Overall effectiveness"]),
                (
                    Item::Area(Area::QualityOfEducation),
                    &["Quality of education"],
                ),
                (
                    Item::Area(Area::BehaviourAndAttitudes),
                    &["Behaviour and attitudes"],
                ),
                (
                    Item::Area(Area::PersonalDevelopment),
                    &["Personal development"],
                ),
                (
                    Item::Area(Area::LeadershipAndManagement),
                    &["Effectiveness of leadership and management"],
                ),
                (
                    Item::Area(Area::OutcomesForPupils),
                    &["Outcomes for pupils", "Outcomes for children and learners"],
                ),
                (
                    Item::Area(Area::TeachingLearningAndAssessment),
                    &["Quality of teaching, learning and assessment"],
                ),
                (
                    Item::Area(Area::DevelopmentBehaviourAndWelfare),
                    &["Personal development, behaviour and welfare"],
                ),
                (
                    Item::Area(Area::EarlyYears),
                    &["Early years provision (where applicable)"],
                ),
                (
                    Item::Area(Area::SixthForm),
                    &[
                        "Sixth form provision (where applicable)",
                        "16 to 19 study programmes (where applicable)",
                        "16 - 19 study programmes",
                        "16-19 study programmes",
                    ],
                ),
            ],
        },
        Block {
            scale: Scale::Grades,
            items: &[
                (
                    Item::Number,
                    &[
                        "Previous graded inspection number",
                        "Previous full inspection number",
                    ],
                ),
                (Item::Start, &["Previous inspection start date"]),
                (Item::Published, &["Previous publication date"]),
                (
                    Item::Relates,
                    &[
                        "Does the previous graded inspection relate to the URN of the current school?",
                        "Does the previous full inspection relate to the URN of the current school?",
                    ],
                ),
                (
                    Item::UrnThen,
                    &[
                        "URN at time of previous graded inspection",
                        "URN at time of previous full inspection",
                    ],
                ),
                (
                    Item::NameThen,
                    &[
                        "School name at time of previous graded inspection",
                        "School name at time of previous full inspection",
                    ],
                ),
                (Item::Concern, &["Previous category of concern"]),
                (
                    Item::Safeguarding,
                    &[
                        "Previous safeguarding is effective?",
                        "Previous is safeguarding effective?",
                    ],
                ),
                (
                    Item::Overall,
                    &[
                        "Previous graded inspection overall effectiveness",
                        "Previous full inspection overall effectiveness",
                    ],
                ),
                (
                    Item::Area(Area::QualityOfEducation),
                    &["Previous quality of education"],
                ),
                (
                    Item::Area(Area::BehaviourAndAttitudes),
                    &["Previous behaviour and attitudes"],
                ),
                (
                    Item::Area(Area::PersonalDevelopment),
                    &["Previous personal development"],
                ),
                (
                    Item::Area(Area::LeadershipAndManagement),
                    &["Previous effectiveness of leadership and management"],
                ),
                (
                    Item::Area(Area::OutcomesForPupils),
                    &[
                        "Previous outcomes for pupils",
                        "Previous outcomes for children and learners",
                    ],
                ),
                (
                    Item::Area(Area::TeachingLearningAndAssessment),
                    &["Previous quality of teaching, learning and assessment"],
                ),
                (
                    Item::Area(Area::DevelopmentBehaviourAndWelfare),
                    &["Previous personal development, behaviour and welfare"],
                ),
                (
                    Item::Area(Area::EarlyYears),
                    &["Previous early years provision (where applicable)"],
                ),
                (
                    Item::Area(Area::SixthForm),
                    &[
                        "Previous sixth form provision (where applicable)",
                        "Previous 16 to 19 study programmes (where applicable)",
                        "Previous 16 - 19 study programmes",
                        "Previous 16-19 study programmes",
                    ],
                ),
            ],
        },
        UNGRADED,
    ],
};

/// One row for each inspection ("all inspections"), under a title line, and the first "latest
/// inspections" files.
static EACH_INSPECTION: Variant = Variant {
    name: "ofsted-all-inspections",
    blocks: &[
        Block {
            scale: Scale::Grades,
            items: &[
                (Item::Number, &["Inspection number"]),
                (Item::Kind, &["Inspection type"]),
                (Item::Start, &["Inspection start date", "Inspection date"]),
                (
                    Item::Published,
                    &["Publication date", "First published date"],
                ),
                (Item::UrnThen, &["URN at time of inspection"]),
                (Item::NameThen, &["School name at time of inspection"]),
                (Item::Concern, &["Category of concern", "Category"]),
                (
                    Item::Safeguarding,
                    &[
                        "Is safeguarding effective?",
                        "Safeguarding is effective?",
                        "Safeguarding is effective",
                    ],
                ),
                (
                    Item::Overall,
                    &[
                        "Overall effectiveness",
                        "Overall effectiveness: how good is the school",
                    ],
                ),
                (
                    Item::Outcome,
                    &[
                        "Outcomes for S8 inspections that did not convert",
                        "Outcomes for short inspections that did not convert",
                        "Outcome of ungraded inspections that did not convert",
                        "Ungraded inspection overall outcome",
                    ],
                ),
                (
                    Item::Area(Area::QualityOfEducation),
                    &["Quality of education"],
                ),
                (
                    Item::Area(Area::BehaviourAndAttitudes),
                    &["Behaviour and attitudes"],
                ),
                (
                    Item::Area(Area::PersonalDevelopment),
                    &["Personal development"],
                ),
                (
                    Item::Area(Area::LeadershipAndManagement),
                    &[
                        "Effectiveness of leadership and management",
                        "Leadership and management",
                    ],
                ),
                (
                    Item::Area(Area::OutcomesForPupils),
                    &["Outcomes for pupils", "Outcomes for children and learners"],
                ),
                (
                    Item::Area(Area::TeachingLearningAndAssessment),
                    &["Quality of teaching, learning and assessment"],
                ),
                (
                    Item::Area(Area::DevelopmentBehaviourAndWelfare),
                    &["Personal development, behaviour and welfare"],
                ),
                (
                    Item::Area(Area::AchievementOfPupils),
                    &["Achievement of pupils"],
                ),
                (
                    Item::Area(Area::QualityOfTeaching),
                    &["Quality of teaching"],
                ),
                (
                    Item::Area(Area::BehaviourAndSafety),
                    &["Behaviour and safety of pupils"],
                ),
                (
                    Item::Area(Area::EarlyYears),
                    &[
                        "Early years provision (where applicable)",
                        "Early years provision",
                    ],
                ),
                (
                    Item::Area(Area::SixthForm),
                    &[
                        "Sixth form provision (where applicable)",
                        "Sixth form provision",
                        "16 to 19 study programmes (where applicable)",
                        "16 - 19 study programmes",
                        "16-19 study programmes",
                        "16 to 19 study programmes",
                    ],
                ),
            ],
        },
        Block {
            scale: Scale::Grades,
            items: &[
                (
                    Item::Number,
                    &[
                        "Previous inspection number",
                        "Inspection number of the previous inspection",
                    ],
                ),
                (Item::Start, &["Previous inspection start date"]),
                (Item::Published, &["Previous publication date"]),
                (
                    Item::Relates,
                    &["Does the previous inspection relate to the school in its current form?"],
                ),
                (Item::UrnThen, &["URN at time of previous inspection"]),
                (
                    Item::NameThen,
                    &["School name at time of previous inspection"],
                ),
                (
                    Item::Concern,
                    &[
                        "Previous category of concern",
                        "Previous inspection - Category",
                    ],
                ),
                (
                    Item::Overall,
                    &[
                        "Previous overall effectiveness",
                        "Previous inspection - Overall effectiveness",
                    ],
                ),
                (
                    Item::Area(Area::LeadershipAndManagement),
                    &["Previous effectiveness of leadership and management"],
                ),
                (
                    Item::Area(Area::OutcomesForPupils),
                    &["Previous outcomes for pupils"],
                ),
                (
                    Item::Area(Area::TeachingLearningAndAssessment),
                    &["Previous quality of teaching, learning and assessment"],
                ),
                (
                    Item::Area(Area::DevelopmentBehaviourAndWelfare),
                    &["Previous personal development, behaviour and welfare"],
                ),
                (
                    Item::Area(Area::EarlyYears),
                    &["Previous early years provision (where applicable)"],
                ),
            ],
        },
    ],
};

/// Columns that are known and left out: identity, which the register has, counts, and dates of
/// single judgements.
const KNOWN: &[&[&str]] = &[&[
    "Web link*",
    "LAESTAB*",
    "LA *",
    "School *",
    "Ofsted *",
    "Type of *",
    "Phase*",
    "Admissions policy",
    "Sixth form",
    "Designated religious character",
    "Religious *",
    "Faith grouping",
    "Region",
    "Local authority*",
    "Parliamentary constituency",
    "Postcode",
    "Multi-academy trust *",
    "Academy sponsor *",
    "Academy name",
    "Linked *",
    "Predecessor *",
    "The income deprivation *",
    "Total *",
    "Statutory *",
    "Academic year*",
    "Inspection *",
    "Event type *",
    "Publication date*",
    "Latest published date",
    "Withdrawn date",
    "Number of *",
    "Previous *",
    "Latest *",
    "Did the *",
    "Does the *",
    "URN at *",
    "Most recent category of concern",
    "* - date of judgement",
]];

/// Which layout a header is of.
pub(super) fn variant(header: &Header) -> &'static Variant {
    if header.has("Inspection number of latest OEIF graded inspection") {
        &REPORT_CARDS
    } else if header.has("Inspection number of latest graded inspection")
        || header.has("Inspection number of latest full inspection")
    {
        &LATEST
    } else {
        &EACH_INSPECTION
    }
}

/// The columns of a layout. The number and the first day of the graded inspection are needed.
pub(super) fn layout(variant: &Variant) -> Layout<Field> {
    let mut columns = vec![Column {
        names: vec!["URN".to_owned()],
        required: true,
        field: Field::Urn,
    }];
    let main = variant
        .blocks
        .iter()
        .position(|block| block.scale == Scale::Grades);
    for (index, block) in variant.blocks.iter().enumerate() {
        columns.extend(block.items.iter().map(|(item, names)| Column {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            required: main == Some(index) && matches!(item, Item::Number | Item::Start),
            field: Field::Of(index, *item),
        }));
    }
    Layout {
        columns,
        known: KNOWN,
    }
}
