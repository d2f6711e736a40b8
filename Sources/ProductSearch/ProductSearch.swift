// ProductSearch
