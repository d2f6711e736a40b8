// StoreData
