import Learning
import TestSupport
import Testing

@testable import ShopkeeperCommands

/// From sales to a plan on the command line, and everything that can be wrong on the way.
struct AssortmentCommandTests {
  /// Sales of three products that take each other's place, a catalogue of them, and the folder of a fitted chain.
  private struct Shop {
    let folder: String
    let sales: String
    let catalogue: String
    var chain: String { "\(folder)/chain" }

    init(in folder: String) throws {
      self.folder = folder
      sales = try file(
        "sales.csv", in: folder, "split,offered,product,count", "train,0 tea cocoa coffee,tea,30",
        "train,0 tea cocoa coffee,cocoa,20", "train,0 tea cocoa coffee,coffee,25",
        "train,0 tea cocoa coffee,0,25",
        "train,0 cocoa coffee,cocoa,35", "train,0 cocoa coffee,coffee,30", "train,0 cocoa coffee,0,35",
        "train,0 tea coffee,tea,40", "train,0 tea coffee,coffee,30", "train,0 tea coffee,0,30",
        "test,0 tea cocoa,tea,9",
        "test,0 tea cocoa,0,6")
      catalogue = try file(
        "products.csv", in: folder, "id,price,cost,vendor", "tea,10,4,north", "coffee,12,6,south",
        "cocoa,8,3,north",
        "water,1,0.5,south")
    }

    func fit(_ model: String = "chain") {
      succeed("assortment", "fit", "--sales", sales, "--model", model, "--out", chain, "--quiet")
    }

    var plan: [String] {
      [
        "assortment", "plan", "--chain", chain, "--catalogue", catalogue, "--customers", "fixed:40",
        "--paths", "200",
        "--no-bounds", "--quiet",
      ]
    }
  }

  @Test(arguments: ["logit", "mixture", "chain"])
  func `sales become a chain, an assortment, a plan and a played season`(model: String) throws {
    try withTemporaryFolder { folder in
      let shop = try Shop(in: folder)
      shop.fit(model)
      let best = try document(
        succeed(
          "assortment", "optimize", "--chain", shop.chain, "--catalogue", shop.catalogue, "--json", "--quiet")
      )
      #expect(best["status"]?.text == "optimal" && (best["gapPercent"]?.number ?? 1) < 1e-6)
      let (code, output, errors) = run(shop.plan + ["--out", "\(folder)/plan", "--json"], in: .shopkeeper)
      try #require(code == 0, "\(errors)")
      let plan = try document(output)
      #expect(
        try names(in: "\(folder)/plan") == ["plan.csv", "plan.json", "sell-through.svg", "transference.svg"])
      let map = try text(ofFile: "\(folder)/plan/transference.svg")
      #expect(map.contains("Who takes over") && (model != "logit" || map.contains("shows popularity only")))
      #expect(model != "chain" || !map.contains("shows popularity only"))
      #expect((plan["profit"]?["mean"]?.number ?? 0) > 0)
      #expect((plan["bounds"]?["used"]?.number ?? 0) >= (plan["profit"]?["mean"]?.number ?? 0))
      #expect(plan["baseline"]?["name"]?.text == "scale-tuned newsvendor")
      #expect(
        succeed("assortment", "report", "--plan", "\(folder)/plan", "--out", "\(folder)/plan.html").hasSuffix(
          "written to \(folder)/plan.html\n"))
      let page = try text(ofFile: "\(folder)/plan.html")
      #expect(page.contains("<svg") && !page.contains("<script") && page.contains("no plan earns more than"))
      let season = try document(
        succeed(
          "assortment", "simulate", "--chain", shop.chain, "--catalogue", shop.catalogue, "--plan",
          "\(folder)/plan/plan.csv", "--customers", "poisson:40", "--remove", "tea", "--json", "--quiet"))
      #expect((season["sales"]?.number ?? 0) > 0)
      #expect(season["whatIf"]?["simulated"]?["difference"]?.number ?? 1 < 0)
    }
  }

  @Test func `the same seed writes the same plan on one and two threads`() throws {
    try withTemporaryFolder { folder in
      let shop = try Shop(in: folder)
      shop.fit()
      for threads in ["1", "2"] {
        let (code, _, errors) = run(
          shop.plan + ["--out", "\(folder)/plan\(threads)", "--threads", threads], in: .shopkeeper)
        #expect(code == 0, "\(errors)")
      }
      #expect(try contents(ofFolder: "\(folder)/plan1") == contents(ofFolder: "\(folder)/plan2"))
    }
  }

  @Test func `rules and a budget are kept, and rules that exclude each other are named`() throws {
    try withTemporaryFolder { folder in
      let shop = try Shop(in: folder)
      shop.fit()
      let (code, output, _) = run(
        shop.plan + [
          "--out", "\(folder)/plan", "--json", "--budget", "30", "--must", "coffee", "--max-products", "2",
        ],
        in: .shopkeeper)
      #expect(code == 0)
      let plan = try document(output)
      #expect((plan["spend"]?.number ?? 100) <= 30)
      #expect(plan["plan"]?.elements.contains { $0["id"]?.text == "coffee" } == true)
      let refused = run(
        shop.plan + ["--out", "\(folder)/none", "--must", "coffee", "--exclude", "coffee"], in: .shopkeeper)
      #expect(refused.output == "infeasible: coffee must be carried and is excluded\n")
      #expect(try !names(in: folder).contains("none"))
    }
  }

  @Test func `a plan is judged by another model, and one of other products is refused`() throws {
    try withTemporaryFolder { folder in
      let shop = try Shop(in: folder)
      shop.fit()
      let plan = try document(run(shop.plan + ["--out", "\(folder)/plan", "--json"], in: .shopkeeper).output)
      func simulate(_ truth: String) -> [String] {
        [
          "assortment", "simulate", "--chain", shop.chain, "--catalogue", shop.catalogue, "--plan",
          "\(folder)/plan/plan.csv", "--customers", "fixed:40", "--truth", truth, "--quiet",
        ]
      }
      // Everybody wants cocoa and nothing else.
      let truth = try file(
        "truth.json", in: folder,
        #"{"products":["cocoa","tea","coffee"],"choice":{"weights":[1],"relevance":[[0,0,0]],"utility":[[50,-50,-50]],"#,
        #""resultCount":3,"searchNoise":0.1,"examination":1}}"#)
      let judged = try document(run(simulate(truth) + ["--json"], in: .shopkeeper).output)
      let cocoa =
        judged["products"]?.elements.first { $0["id"]?.text == "cocoa" }?["outlook"]?["units"]?.number ?? 0
      let spend = plan["spend"]?.number ?? 0
      #expect(cocoa > 0 && cocoa < 40)
      #expect(judged["truth"]?["mean"]?.number == cocoa * 8 - spend)
      let other = try file(
        "other.json", in: folder,
        #"{"products":["cocoa"],"choice":{"weights":[1],"relevance":[[0]],"utility":[[0]],"resultCount":3,"#,
        #""searchNoise":0.1,"examination":1}}"#)
      #expect(
        run(simulate(other), in: .shopkeeper).errors
          == "shopkeeper: error: \(other): given a model of 1 product, expected the 3 products of --chain, each once\n"
      )
      #expect(
        run(simulate(shop.chain), in: .shopkeeper).output.contains("by the other model"))
    }
  }

  @Test func `discounts of a catalogue are read, and refused with lines`() throws {
    try withTemporaryFolder { folder in
      let shop = try Shop(in: folder)
      shop.fit()
      let cheap = try file(
        "cheap.csv", in: folder, "id,price,cost,discount_breaks,discount_kind", "tea,10,4,5:1,allUnits",
        "coffee,12,6,,", "cocoa,8,3,4:2 8:1,")
      var arguments = shop.plan + ["--out", "\(folder)/plan", "--json"]
      arguments[arguments.firstIndex(of: shop.catalogue)!] = cheap
      let plan = try document(run(arguments, in: .shopkeeper).output)
      let tea = plan["plan"]?.elements.first { $0["id"]?.text == "tea" }
      #expect(tea?["unitCost"]?.number == 1 && (tea?["units"]?.number ?? 0) >= 5)
      let bad = try file(
        "bad.csv", in: folder, "id,price,cost,discount_breaks,discount_kind", "tea,10,4,5:5,",
        "coffee,12,6,5,",
        "cocoa,8,3,,each")
      arguments[arguments.firstIndex(of: cheap)!] = bad
      #expect(
        run(arguments, in: .shopkeeper).errors.split(separator: "\n").map { String($0) }
          == [
            "shopkeeper: error: \(bad) line 2 discounts: given units that do not ascend or costs that rise, expected ascending units"
              + " from 2 on and falling costs",
            "shopkeeper: error: \(bad) line 3 discount_breaks: given 5, expected UNITS:COST",
            "shopkeeper: error: \(bad) line 4 discount_kind: given each, expected incremental or allUnits",
          ])
    }
  }

  @Test func `vendors are planned one after the other`() throws {
    try withTemporaryFolder { folder in
      let shop = try Shop(in: folder)
      shop.fit()
      let (code, output, errors) = run(
        shop.plan + ["--out", "\(folder)/plan", "--json", "--vendor-order", "south,north"], in: .shopkeeper)
      try #require(code == 0, "\(errors)")
      let sequence = try document(output)
      #expect(sequence["turns"]?.elements.map { $0["vendor"]?.text ?? "" } == ["south", "north"])
    }
  }

  @Test func `a plan for another catalogue is refused`() throws {
    try withTemporaryFolder { folder in
      let shop = try Shop(in: folder)
      shop.fit()
      #expect(run(shop.plan + ["--out", "\(folder)/plan"], in: .shopkeeper).code == 0)
      let other = try file(
        "other.csv", in: folder, "id,price,cost", "tea,11,4", "coffee,12,6", "cocoa,8,3")
      let errors = failure(
        "assortment", "simulate", "--chain", shop.chain, "--catalogue", other, "--plan",
        "\(folder)/plan/plan.csv",
        "--customers", "fixed:10", "--quiet")
      #expect(errors.count == 1 && errors[0].contains("given a plan for the catalogue"))
    }
  }

  @Test func `everything that is wrong with a catalogue is told at once, with lines`() throws {
    try withTemporaryFolder { folder in
      let shop = try Shop(in: folder)
      shop.fit()
      let bad = try file(
        "bad.csv", in: folder, "id,price,cost,salvage,pack,min_order,max_units", "tea,-1,4,,,,",
        "coffee,12,6,7,0,,",
        "coffee,12,6,,,9,3")
      #expect(
        failure(
          "assortment", "optimize", "--chain", shop.chain, "--catalogue", bad, "--quiet")
          == [
            "\(bad) line 2 price: given -1, expected a number from 0 on",
            "\(bad) line 3 salvage: given 7.0, expected below the cost of 6.0. At this salvage value one would order without limit.",
            "\(bad) line 3 pack size: given 0, expected 1 or more",
            "\(bad) line 4: given product coffee again, expected each product once",
            "\(bad) line 4 maximum units: given 3, expected at least the minimum order of 9",
            "\(bad): given no row for cocoa, expected a row for every product of the chain",
          ])
    }
  }

  @Test func `everything that is wrong with sales is told at once, with lines`() throws {
    try withTemporaryFolder { folder in
      let sales = try file(
        "sales.csv", in: folder, "offered,product,count", "0 a b,a,3", "a b,a,1", "0 a,b,1", "0 a,a,1.5",
        "0 a,a,0")
      #expect(
        failure("assortment", "fit", "--sales", sales, "--out", "\(folder)/chain", "--quiet")
          == [
            "\(sales) line 3: given an offer set without 0, expected 0, buying nothing, in every set",
            "\(sales) line 4: given b bought while not on offer, expected a product of the offer set",
            "\(sales) line 5: given a count of 1.5, expected a whole number above 0",
            "\(sales) line 6: given a count of 0, expected a whole number above 0",
          ])
      #expect(try names(in: folder) == ["sales.csv"])
    }
  }

  @Test func `sales without customers who bought nothing need their share`() throws {
    try withTemporaryFolder { folder in
      let sales = try file("sales.csv", in: folder, "offered,product,count", "a b,a,3", "a b,b,2", "a,a,4")
      let errors = failure(
        "assortment", "fit", "--sales", sales, "--model", "logit", "--out", "\(folder)/chain", "--quiet")
      #expect(errors.count == 1 && errors[0].hasPrefix("outside option: given none"))
      succeed(
        "assortment", "fit", "--sales", sales, "--model", "logit", "--outside-share", "0.3", "--out",
        "\(folder)/chain",
        "--quiet")
    }
  }

  @Test func `sales of one offer set make a chain, but no plan without a prior`() throws {
    try withTemporaryFolder { folder in
      let shop = try Shop(in: folder)
      let sales = try file(
        "one.csv", in: folder, "offered,product,count", "0 tea cocoa coffee,tea,30",
        "0 tea cocoa coffee,cocoa,20",
        "0 tea cocoa coffee,coffee,10", "0 tea cocoa coffee,0,40")
      for (strength, code) in [("0", Int32(1)), ("5", 0)] {
        let fitted = try document(
          succeed(
            "assortment", "fit", "--sales", sales, "--prior-strength", strength, "--out", shop.chain,
            "--json",
            "--quiet"))
        #expect(fitted["notIdentified"]?.elements.count == 3)
        let planned = run(shop.plan + ["--out", "\(folder)/plan"], in: .shopkeeper)
        #expect(planned.code == code)
        #expect(
          (planned.errors
            == "shopkeeper: error: --chain: given a chain of which the sales identify no row, expected sales in which products"
            + " were missing at times, or a prior. Fit again with --prior-strength above 0.\n") == (code == 1)
        )
      }
    }
  }

  @Test func `demand that is none is refused`() throws {
    try withTemporaryFolder { folder in
      let shop = try Shop(in: folder)
      shop.fit()
      for (demand, code) in [
        ("often", Int32(2)), ("fixed:-3", 1), ("poisson:nan", 1), ("fixed:3000000000", 1),
      ] {
        let result = run(
          [
            "assortment", "plan", "--chain", shop.chain, "--catalogue", shop.catalogue, "--customers", demand,
            "--out",
            "\(folder)/p", "--quiet",
          ], in: .shopkeeper)
        #expect(result.code == code, "\(demand): \(result.errors)")
      }
      let scenarios = try file("s.csv", in: folder, "name,weight,customers", "low,0.4,10", "high,0.4,20")
      let errors = failure(
        "assortment", "plan", "--chain", shop.chain, "--catalogue", shop.catalogue, "--customers",
        "file:\(scenarios)",
        "--out", "\(folder)/p", "--quiet")
      #expect(errors == ["scenario weights: given a sum of 0.8, expected numbers from 0 on that sum to 1"])
      func refusal(_ lines: String...) throws -> [String] {
        let scenarios = try file(
          "t.csv", in: folder, (["name,weight,customers,chain"] + lines).joined(separator: "\n"))
        return failure(
          "assortment", "plan", "--chain", shop.chain, "--catalogue", shop.catalogue, "--customers",
          "file:\(scenarios)", "--out", "\(folder)/p", "--quiet")
      }
      #expect(
        try refusal("low,0.5,-1,", "high,0.5,20,")
          == ["customers of scenario low: given -1, expected 0 to 2^31 - 2"])
      let unknown = try refusal("low,0.5,1,\(folder)/none", "high,0.5,20,")
      #expect(unknown.count == 1 && unknown[0].contains("\(folder)/none"))
    }
  }
}
