package dev.livemeter.money;

/** How the payer's use of the month decides the tier of an increment. */
public enum TierModel {

    /** Each increment by what was used before it: a long session passes through the tiers, and costs what short ones would. */
    GRADUATED,

    /** What was used when the session began decides for all of it. */
    OPENING_TIER
}
