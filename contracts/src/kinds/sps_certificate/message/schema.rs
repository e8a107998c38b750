//! The UN/CEFACT SPSCertificate 17A schema as tables: which element stands where, how often, and of which shape.
//!
//! Source: SPSCertificate 17.0 (18 March 2017) with ReusableAggregateBusinessInformationEntity 21, in the edition of the
//! Andean Community (INTERCOM), which adds an optional `ds:Signature` at the end of the root. Elements, names, order and
//! cardinalities are the schema's. Code lists are checked by shape only, so that a code added to a list later is read.
//!
//! Each element also has its name in a field path: `ConsignorSPSParty/Name` is `consignor.name`.

/// Namespace of the root and its two parts.
pub(super) const RSM: &str = "urn:un:unece:uncefact:data:standard:SPSCertificate:17";
/// Namespace of the reusable parts.
pub(super) const RAM: &str = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:21";
/// Namespace of the choices inside dates and indicators.
pub(super) const UDT: &str = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:21";
/// Namespace of an XML signature.
pub(super) const DS: &str = "http://www.w3.org/2000/09/xmldsig#";

/// One element of a sequence.
pub(super) struct Part {
    /// The element's name without prefix.
    pub name: &'static str,
    /// Its name in field paths; empty where it adds nothing to the path.
    pub segment: &'static str,
    /// The namespace it belongs to.
    pub namespace: &'static str,
    /// Whether it must stand there.
    pub required: bool,
    /// Whether it may stand there more than once.
    pub repeats: bool,
    /// What stands in it.
    pub content: Content,
}

/// What stands in an element.
pub(super) enum Content {
    /// Other elements, in this order.
    Parts(&'static [Part]),
    /// Free text (`udt:TextType`), which may be empty.
    Text,
    /// A subject or system by an acronym of a list (`qdt:AcronymSubjectCodesType`); free in shape, since the plain
    /// UN/CEFACT schema has text here.
    Acronym,
    /// An identifier (`udt:IDType`).
    Identifier,
    /// The certificate's own number: an identifier.
    Number,
    /// A code of a list (`udt:CodeType` and the qualified codes); free in shape.
    Code,
    /// A code of 1 to 3 letters and digits of this list; another list that the element names is refused, since equal
    /// digits mean other things there.
    ListCode(&'static str),
    /// A country (`qdt:CountryIDType`).
    Country,
    /// A decimal (`udt:NumericType`).
    Numeric,
    /// A decimal with a unit that may be below zero, such as a temperature (`udt:MeasureType`).
    Measure,
    /// A decimal with a unit that is not below zero: weights, volumes, numbers of packages.
    Amount,
    /// `udt:DateTimeType`: a `DateTimeString` of any text, or a `DateTime`.
    Time,
    /// The date of issue: as [`Content::Time`], and a date can be read.
    IssueTime,
    /// `udt:IndicatorType`: an `IndicatorString`, or an `Indicator` that is true or false.
    Indicator,
    /// Base 64 (`udt:BinaryObjectType`).
    Binary,
    /// An XML signature, kept as written and not looked into.
    Signature,
    /// The goods lines, numbered through all consignment items.
    Line,
}

const fn part(name: &'static str, segment: &'static str, required: bool, repeats: bool, content: Content) -> Part {
    Part { name, segment, namespace: RAM, required, repeats, content }
}
/// Exactly one.
const fn one(name: &'static str, segment: &'static str, content: Content) -> Part {
    part(name, segment, true, false, content)
}
/// None or one.
const fn may(name: &'static str, segment: &'static str, content: Content) -> Part {
    part(name, segment, false, false, content)
}
/// Any number.
const fn any(name: &'static str, segment: &'static str, content: Content) -> Part {
    part(name, segment, false, true, content)
}
/// One or more.
const fn some(name: &'static str, segment: &'static str, content: Content) -> Part {
    part(name, segment, true, true, content)
}

use Content::{
    Acronym, Amount, Binary, Code, Country, Identifier, Indicator, IssueTime, Line, ListCode, Measure, Number, Numeric, Parts, Signature,
    Text, Time,
};

/// `SPSCertificateType`.
pub(super) static CERTIFICATE: [Part; 3] = [
    Part { name: "SPSExchangedDocument", segment: "", namespace: RSM, required: true, repeats: false, content: Parts(&EXCHANGED_DOCUMENT) },
    Part { name: "SPSConsignment", segment: "", namespace: RSM, required: true, repeats: false, content: Parts(&CONSIGNMENT) },
    Part { name: "Signature", segment: "xml_signature", namespace: DS, required: false, repeats: false, content: Signature },
];

static EXCHANGED_DOCUMENT: [Part; 10] = [
    any("Name", "names", Text),
    one("ID", "number", Number),
    any("Description", "descriptions", Text),
    one("TypeCode", "type", ListCode("1001")),
    one("StatusCode", "status", ListCode("4405")),
    one("IssueDateTime", "issue_date", IssueTime),
    one("IssuerSPSParty", "issuing_body", Parts(&PARTY)),
    any("IncludedSPSNote", "notes", Parts(&NOTE)),
    any("ReferenceSPSReferencedDocument", "references", Parts(&REFERENCED_DOCUMENT)),
    some("SignatorySPSAuthentication", "signatories", Parts(&AUTHENTICATION)),
];

static CONSIGNMENT: [Part; 23] = [
    may("ID", "consignment_id", Identifier),
    may("AvailabilityDueDateTime", "availability_due", Time),
    may("ExportExitDateTime", "export_exit", Time),
    may("ShipStoresIndicator", "ship_stores", Indicator),
    one("ConsignorSPSParty", "consignor", Parts(&PARTY)),
    one("ConsigneeSPSParty", "consignee", Parts(&PARTY)),
    one("ExportSPSCountry", "export_country", Parts(&COUNTRY)),
    any("ReExportSPSCountry", "re_export_countries", Parts(&COUNTRY)),
    any("StorageSPSEvent", "storage", Parts(&EVENT)),
    may("LoadingBaseportSPSLocation", "loading_place", Parts(&LOCATION)),
    one("ImportSPSCountry", "import_country", Parts(&COUNTRY)),
    may("ConsigneeReceiptSPSLocation", "consignee_receipt_place", Parts(&LOCATION)),
    any("TransitSPSCountry", "transit_countries", Parts(&COUNTRY)),
    any("TransitSPSLocation", "transit_places", Parts(&LOCATION)),
    may("UnloadingBaseportSPSLocation", "unloading_place", Parts(&LOCATION)),
    one("ExaminationSPSEvent", "examination", Parts(&EVENT)),
    may("CarrierSPSParty", "carrier", Parts(&PARTY)),
    may("DespatchSPSParty", "despatch_party", Parts(&PARTY)),
    may("DeliverySPSParty", "delivery_party", Parts(&PARTY)),
    may("CustomsTransitAgentSPSParty", "customs_transit_agent", Parts(&PARTY)),
    any("MainCarriageSPSTransportMovement", "transport", Parts(&TRANSPORT_MOVEMENT)),
    any("UtilizedSPSTransportEquipment", "equipment", Parts(&TRANSPORT_EQUIPMENT)),
    some("IncludedSPSConsignmentItem", "items", Parts(&CONSIGNMENT_ITEM)),
];

static CONSIGNMENT_ITEM: [Part; 2] =
    [any("NatureIdentificationSPSCargo", "cargo", Parts(&CARGO)), some("IncludedSPSTradeLineItem", "lines", Line)];

/// `SPSTradeLineItemType`.
pub(super) static TRADE_LINE_ITEM: [Part; 20] = [
    one("SequenceNumeric", "sequence", Numeric),
    some("Description", "descriptions", Text),
    any("CommonName", "common_names", Text),
    any("ScientificName", "scientific_names", Text),
    any("ProductionBatchID", "production_batches", Identifier),
    any("IntendedUse", "intended_uses", Text),
    any("ExpiryDateTime", "expiry", Time),
    may("NetWeightMeasure", "net_weight", Amount),
    may("GrossWeightMeasure", "gross_weight", Amount),
    may("NetVolumeMeasure", "net_volume", Amount),
    may("GrossVolumeMeasure", "gross_volume", Amount),
    any("AdditionalInformationSPSNote", "notes", Parts(&NOTE)),
    any("ApplicableSPSClassification", "classes", Parts(&CLASSIFICATION)),
    any("PhysicalSPSPackage", "packages", Parts(&PACKAGE)),
    any("AssociatedSPSTransportEquipment", "equipment", Parts(&TRANSPORT_EQUIPMENT)),
    any("OriginSPSCountry", "origin_countries", Parts(&COUNTRY)),
    any("OriginSPSLocation", "origin_places", Parts(&LOCATION)),
    any("AppliedSPSProcess", "treatments", Parts(&PROCESS)),
    any("AssertedSPSAuthentication", "assertions", Parts(&AUTHENTICATION)),
    any("ReferenceSPSReferencedDocument", "references", Parts(&REFERENCED_DOCUMENT)),
];

static PARTY: [Part; 7] = [
    may("ID", "id", Identifier),
    may("Name", "name", Text),
    may("RoleCode", "role", ListCode("3035")),
    any("TypeCode", "types", Code),
    may("SpecifiedSPSAddress", "address", Parts(&ADDRESS)),
    any("DefinedSPSContact", "contacts", Parts(&CONTACT)),
    may("SpecifiedSPSPerson", "person", Parts(&PERSON)),
];

static ADDRESS: [Part; 13] = [
    may("PostcodeCode", "postcode", Code),
    may("LineOne", "line_one", Text),
    may("LineTwo", "line_two", Text),
    may("LineThree", "line_three", Text),
    may("LineFour", "line_four", Text),
    may("LineFive", "line_five", Text),
    may("CityName", "city", Text),
    may("CountryID", "country", Identifier),
    may("TypeCode", "type", ListCode("3131")),
    may("CountryName", "country_name", Text),
    may("CountrySubDivisionID", "subdivision", Identifier),
    may("CountrySubDivisionName", "subdivision_name", Text),
    may("CityID", "city_id", Identifier),
];

static CONTACT: [Part; 1] = [one("PersonName", "name", Text)];

static PERSON: [Part; 2] = [one("Name", "name", Text), any("AttainedSPSQualification", "qualifications", Parts(&QUALIFICATION))];

static QUALIFICATION: [Part; 2] = [some("Name", "names", Text), may("AbbreviatedName", "abbreviation", Text)];

static NOTE: [Part; 4] = [
    may("Subject", "subject", Acronym),
    any("ContentCode", "content_codes", Code),
    some("Content", "contents", Text),
    may("SubjectCode", "subject_code", Code),
];

static REFERENCED_DOCUMENT: [Part; 6] = [
    may("IssueDateTime", "issue_date", Time),
    may("TypeCode", "type", ListCode("1001")),
    may("RelationshipTypeCode", "relation", ListCode("1153_ReferenceTypeCode")),
    may("ID", "number", Identifier),
    any("AttachmentBinaryObject", "attachments", Binary),
    may("Information", "information", Text),
];

static AUTHENTICATION: [Part; 6] = [
    may("TypeCode", "type", ListCode("9417")),
    may("ActualDateTime", "time", Time),
    one("IssueSPSLocation", "place", Parts(&LOCATION)),
    may("ProviderSPSParty", "provider", Parts(&PARTY)),
    may("LocationProviderSPSParty", "location_provider", Parts(&PARTY)),
    any("IncludedSPSClause", "clauses", Parts(&CLAUSE)),
];

static CLAUSE: [Part; 2] = [one("ID", "id", Identifier), any("Content", "contents", Text)];

static LOCATION: [Part; 2] = [may("ID", "id", Identifier), some("Name", "names", Text)];

static EVENT: [Part; 1] = [one("OccurrenceSPSLocation", "place", Parts(&LOCATION))];

static COUNTRY: [Part; 3] =
    [one("ID", "code", Country), any("Name", "names", Text), any("SubordinateSPSCountrySubDivision", "subdivisions", Parts(&SUBDIVISION))];

static SUBDIVISION: [Part; 7] = [
    may("ID", "id", Identifier),
    some("Name", "names", Text),
    may("HierarchicalLevelCode", "level", Code),
    may("FunctionTypeCode", "function", ListCode("3227")),
    any("SuperordinateSPSCountrySubDivision", "superordinates", Parts(&SUBDIVISION)),
    any("SubordinateSPSCountrySubDivision", "subordinates", Parts(&SUBDIVISION)),
    any("ActivityAuthorizedSPSParty", "authorized_parties", Parts(&PARTY)),
];

static TRANSPORT_MOVEMENT: [Part; 3] = [
    may("ID", "id", Identifier),
    one("ModeCode", "mode", ListCode("Recommendation 19")),
    may("UsedSPSTransportMeans", "means", Parts(&TRANSPORT_MEANS)),
];

static TRANSPORT_MEANS: [Part; 1] = [one("Name", "name", Text)];

static TRANSPORT_EQUIPMENT: [Part; 3] = [
    may("ID", "id", Identifier),
    any("AffixedSPSSeal", "seals", Parts(&SEAL)),
    any("SettingSPSTemperature", "temperatures", Parts(&TEMPERATURE)),
];

static SEAL: [Part; 3] =
    [one("ID", "id", Identifier), may("MaximumID", "last_id", Identifier), may("IssuingSPSParty", "issuer", Parts(&PARTY))];

static TEMPERATURE: [Part; 4] = [
    may("ValueMeasure", "value", Measure),
    may("MinimumValueMeasure", "least", Measure),
    may("MaximumValueMeasure", "most", Measure),
    may("TypeCode", "type", ListCode("6245")),
];

static CARGO: [Part; 1] = [one("TypeCode", "type", ListCode("7085"))];

static CLASSIFICATION: [Part; 4] = [
    may("SystemID", "system_id", Identifier),
    some("SystemName", "systems", Acronym),
    may("ClassCode", "code", Code),
    any("ClassName", "names", Text),
];

static PACKAGE: [Part; 6] = [
    one("LevelCode", "level", Code),
    one("TypeCode", "type", ListCode("7065")),
    one("ItemQuantity", "count", Amount),
    may("NominalGrossWeightMeasure", "gross_weight", Amount),
    may("NominalGrossVolumeMeasure", "gross_volume", Amount),
    any("PhysicalSPSShippingMarks", "marks", Parts(&SHIPPING_MARKS)),
];

static SHIPPING_MARKS: [Part; 1] = [one("Marking", "text", Text)];

static PROCESS: [Part; 5] = [
    one("TypeCode", "type", ListCode("7187")),
    may("CompletionSPSPeriod", "period", Parts(&PERIOD)),
    any("ApplicableSPSProcessCharacteristic", "characteristics", Parts(&CHARACTERISTIC)),
    may("OperationSPSCountry", "country", Parts(&COUNTRY)),
    may("OperatorSPSParty", "operator", Parts(&PARTY)),
];

static PERIOD: [Part; 3] =
    [one("StartDateTime", "start", Time), may("EndDateTime", "end", Time), may("DurationMeasure", "duration", Measure)];

static CHARACTERISTIC: [Part; 5] = [
    may("TypeCode", "type", ListCode("6313")),
    some("Description", "descriptions", Text),
    may("ValueMeasure", "value", Measure),
    may("MinimumValueMeasure", "least", Measure),
    may("MaximumValueMeasure", "most", Measure),
];

/// The attributes an element may carry, and their names in field paths. Source: UnqualifiedDataType 21, QualifiedDataType 21.
pub(super) fn attributes(content: &Content) -> &'static [(&'static str, &'static str)] {
    match content {
        Text => &[("languageID", "language"), ("languageLocaleID", "locale")],
        Acronym => &[
            ("listID", "list"),
            ("listAgencyID", "list_agency"),
            ("listVersionID", "list_version"),
            ("listURI", "list_uri"),
            ("languageID", "language"),
            ("languageLocaleID", "locale"),
        ],
        Identifier | Number | Country => &[
            ("schemeID", "scheme"),
            ("schemeName", "scheme_name"),
            ("schemeAgencyID", "scheme_agency"),
            ("schemeAgencyName", "scheme_agency_name"),
            ("schemeVersionID", "scheme_version"),
            ("schemeDataURI", "scheme_data_uri"),
            ("schemeURI", "scheme_uri"),
        ],
        Code | ListCode(_) => &[
            ("listID", "list"),
            ("listAgencyID", "list_agency"),
            ("listAgencyName", "list_agency_name"),
            ("listName", "list_name"),
            ("listVersionID", "list_version"),
            ("name", "name"),
            ("languageID", "language"),
            ("listURI", "list_uri"),
            ("listSchemeURI", "list_scheme_uri"),
        ],
        Numeric => &[("format", "format")],
        Measure | Amount => &[
            ("unitCode", "unit"),
            ("unitCodeListVersionID", "unit_list_version"),
            ("unitCodeListID", "unit_list"),
            ("unitCodeListAgencyID", "unit_list_agency"),
            ("unitCodeListAgencyName", "unit_list_agency_name"),
        ],
        Binary => &[
            ("format", "format"),
            ("mimeCode", "mime"),
            ("encodingCode", "encoding"),
            ("characterSetCode", "character_set"),
            ("uri", "uri"),
            ("filename", "filename"),
        ],
        Parts(_) | Line | Time | IssueTime | Indicator | Signature => &[],
    }
}
