package sweep

// Cut is what Plan.Range does with costs.
var Cut = cut
