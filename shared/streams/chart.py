"""The chart of accounts, and the schemes (RGS, the customer's own) that classify it."""

from __future__ import annotations

from shared.streams.columns import CREATED_MODIFIED, MODIFIED, RECORD, VERSIONED, C, derived, group
from shared.streams.model import Kind, Purpose, Stream, Word

GL_ACCOUNTS = Stream(
    name="GLAccounts",
    path="{division}/sync/Financial/GLAccounts",
    kind=Kind.CHANGES,
    rights="sync/Financial/GLAccounts",
    scope_group="financial/generalledgers",
    version="Timestamp",
    deleted_type=7,
    page_size=1000,
    columns=(
        *VERSIONED,
        *group(
            Purpose.NAMING,
            C("Code", Word.CODE),
            C("Description", Word.TEXT),
            C("SearchCode", Word.TEXT),
            derived("TypeDescription", Word.TEXT),  # in the language of the consenting user
        ),
        *group(
            Purpose.LEDGER,
            C("Type", Word.NUMBER),  # 20 receivable, 22 payable, 12 bank, 110 revenue …
            C("BalanceSide", Word.CODE),  # D or C
            C("BalanceType", Word.CODE),  # B balance sheet, W profit and loss
            C("Matching", Word.FLAG),
            C("Compress", Word.FLAG),
            C("RevalueCurrency", Word.FLAG),
            C("YearEndCostGLAccount", Word.KEY),
            C("YearEndReflectionGLAccount", Word.KEY),
        ),
        *group(Purpose.TAX, C("VATCode", Word.CODE)),
        *group(Purpose.STATE, C("IsBlocked", Word.FLAG)),
        *CREATED_MODIFIED,
    ),
)

GL_CLASSIFICATIONS = Stream(
    name="GLClassifications",
    path="{division}/sync/Financial/GLClassifications",
    kind=Kind.CHANGES,
    rights="sync/Financial/GLClassifications",
    scope_group="financial/generalledgers",
    version="Timestamp",
    deleted_type=18,
    page_size=1000,
    columns=(
        *VERSIONED,  # general schemes (RGS) leave Division empty
        *group(Purpose.NAMING, C("Code", Word.CODE), C("Name", Word.TEXT), C("Description", Word.TEXT)),
        *group(
            Purpose.ANALYSIS,
            C("Parent", Word.KEY),
            C("TaxonomyNamespace", Word.KEY),
            derived("TaxonomyNamespaceDescription", Word.TEXT),
            C("Type", Word.KEY),
            C("Abstract", Word.FLAG),
            C("Balance", Word.CODE),
            C("Nillable", Word.FLAG),
            C("PeriodType", Word.CODE),
            C("SubstitutionGroup", Word.CODE),
        ),
        *CREATED_MODIFIED,
    ),
)

GL_SCHEMES = Stream(
    name="GLSchemes",
    path="{division}/financial/GLSchemes",
    kind=Kind.SNAPSHOT,
    rights="financial/GLSchemes",
    scope_group="financial/generalledgers",
    every_days=7,  # together with the mappings that refer to it
    columns=(
        *RECORD,
        *group(Purpose.NAMING, C("Code", Word.CODE), C("Description", Word.TEXT)),
        *group(Purpose.ANALYSIS, C("Main", Word.FLAG), C("TargetNamespace", Word.TEXT)),
        *MODIFIED,
    ),
)

GL_ACCOUNT_CLASSIFICATION_MAPPINGS = Stream(
    name="GLAccountClassificationMappings",
    path="{division}/financial/GLAccountClassificationMappings",
    kind=Kind.SNAPSHOT,
    rights="financial/GLAccountClassificationMappings",
    scope_group="financial/generalledgers",
    every_days=7,  # accounts times schemes at 60 a call eat the day's budget, and change when a chart is rearranged
    columns=(
        *RECORD,
        *group(
            Purpose.ANALYSIS,
            C("GLAccount", Word.KEY),
            derived("GLAccountCode", Word.CODE),
            derived("GLAccountDescription", Word.TEXT),
            C("GLSchemeID", Word.KEY),
            derived("GLSchemeCode", Word.CODE),
            derived("GLSchemeDescription", Word.TEXT),
            C("Classification", Word.KEY),
            derived("ClassificationCode", Word.CODE),
            derived("ClassificationDescription", Word.TEXT),
        ),
    ),
)

STREAMS = (GL_ACCOUNTS, GL_CLASSIFICATIONS, GL_SCHEMES, GL_ACCOUNT_CLASSIFICATION_MAPPINGS)
