// ExtremeRanking
