using System.Text.Json;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Tests.Configuration;

public sealed class GatewayFileSpecs
{
    [Fact]
    public void A_new_folder_is_open_to_its_owner_only()
    {
        using TempDataFolder temp = new();

        UnixFileMode mode = File.GetUnixFileMode(temp.Folder.Path);

        mode.Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void A_good_file_becomes_a_household()
    {
        using TempDataFolder temp = new();
        File.WriteAllText(temp.Folder.Configuration, JsonSerializer.Serialize(Samples.Options, ConfigurationJson.Default.GatewayOptions));

        Household household = GatewayFile.Read(temp.Folder);

        household.Gateway.Value.Should().Be("haneul");
        household.Slots.Should().HaveCount(2);
        household.SealAt.Should().Be(new TimeOnly(3, 30));
        household.FindProduct(Samples.Milk)!.Product.Pack.Grams.Should().Be(1063);
        household.Options.Ordering.Approvals.Should().Be(2, "the file says nothing about ordering, so the documented default counts");
    }

    [Theory]
    [InlineData("relays", "ftp://store.example/", "http or https")]
    [InlineData("nodes", "node.example", "http or https")]
    [InlineData("nodes", "https://one.example/\", \"https://one.example/", "once")]
    public void A_further_way_to_the_chain_that_is_none_is_refused_with_what_is_expected(string member, string address, string said)
    {
        using TempDataFolder temp = new();
        string json = JsonSerializer.Serialize(Samples.Options, ConfigurationJson.Default.GatewayOptions);
        int at = json.IndexOf($"\"{member}\": []", StringComparison.Ordinal);
        File.WriteAllText(temp.Folder.Configuration, json[..at] + $"\"{member}\": [\"{address}\"]" + json[(at + member.Length + 6)..]);

        Action read = () => GatewayFile.Read(temp.Folder);

        read.Should().Throw<UserError>().Which.Message.Should().Contain($"cooperative.{member}").And.Contain(said);
    }

    [Theory]
    [InlineData("{", "is not a gateway file")]
    [InlineData("null", "is not a gateway file")]
    [InlineData("{\"gatway\": \"x\"}", "gatway")]
    [InlineData("{\"home\": {\"brokr\": \"embedded\"}}", "knows no member 'brokr'; docs/gateway.md")]
    [InlineData("{\"sealAt\": \"25:00\"}", "is not a gateway file")]
    public void A_broken_file_is_refused_with_one_line(string json, string said)
    {
        using TempDataFolder temp = new();
        File.WriteAllText(temp.Folder.Configuration, json);

        Action read = () => GatewayFile.Read(temp.Folder);

        read.Should().Throw<UserError>().Which.Message.Should().Contain(said).And.NotContain("\n").And.NotContain(".NET");
    }

    [Fact]
    public void A_missing_file_names_the_command_that_makes_one()
    {
        using TempDataFolder temp = new();

        Action read = () => GatewayFile.Read(temp.Folder);

        read.Should().Throw<UserError>().WithMessage("*gateway init*");
    }

    public static TheoryData<string, string> WrongValues => new()
    {
        { "gateway", "Haneul Home" }, { "timeZone", "Asia/Atlantis" }, { "dashboard.address", "localhost" }, { "dashboard.port", "70000" }, { "slots[0].gtin", "8801115114155" },
        { "slots[0].nameKo", "\u3164" }, { "slots[1].nameEn", "a\u202eb" }, { "products[0].nameKo", "\u2800" }, { "products[0].nameEn", "a\nb" },
        { "slots[0].moreGtins", "8801115114154" }, { "slots[0].moreGtins", "4006381333931" }, { "slots[0].moreGtins", "12" }, { "inbox.answerHours", "0" },
        { "slots[0].gtin", "4006381333931" }, { "slots[1].slot", "1" }, { "slots[0].slot", "0" }, { "products[0].packGrams", "0" }, { "products[1].gtin", "8801115114154" },
        { "products[0].sellers", "0x12" }, { "ordering.deliveryTolerance", "0.5" }, { "ordering.deadlineHours", "0" }, { "ordering.householdBudgetWon", "0" }, { "ordering.householdBudgetDays", "367" }, { "ordering.holidaysFile", "" }, { "store", "ftp://store/" },
        { "levels.minuteDays", "0" }, { "levels.hourDays", "29" }, { "levels.influx.url", "influx.local" }, { "levels.influx.database", "pantry chain" }, { "levels.influx.organization", "" },
    };

    [Theory]
    [MemberData(nameof(WrongValues))]
    public void A_value_out_of_its_range_is_named(string member, string value)
    {
        GatewayOptions options = Change(Samples.Options, member, value);

        Action check = () => GatewayFile.Check(options, "gateway.json");

        check.Should().Throw<UserError>().Which.Message.Should().StartWith("gateway.json: " + member.Split('[')[0]).And.NotContain("\n");
    }

    [Theory]
    [InlineData("dashboard.port", "70000", "dashboard.port: 0 to 65535 is expected.")]
    [InlineData("ordering.deliveryTolerance", "0.5", "ordering.deliveryTolerance: 0.01 to 0.3 is expected.")]
    [InlineData("ordering.householdBudgetWon", "0", "ordering.householdBudgetWon: 1 to 1000000000 won are expected; leave it out for none.")]
    [InlineData("slots[0].slot", "0", "slots[0].slot: 1 to 65535 is expected.")]
    [InlineData("products[0].packGrams", "0", "products[0].packGrams: 1 to 100000 grams are expected.")]
    public void A_rule_names_the_member_as_it_stands_in_the_file_and_what_is_expected(string member, string value, string sentence)
    {
        Action check = () => GatewayFile.Check(Change(Samples.Options, member, value), "gateway.json");

        check.Should().Throw<UserError>().WithMessage($"gateway.json: {sentence}");
    }

    public static TheoryData<string, string> WrongWishes => new()
    {
        { "serviceLevel", "{\"serviceLevel\": 1}" }, { "serviceLevel", "{\"serviceLevel\": 0.9, \"shortageCost\": 9, \"excessCost\": 1}" }, { "shortageCost", "{\"shortageCost\": 9}" },
        { "shortageCost", "{\"shortageCost\": 1, \"excessCost\": 2}" }, { "shortageCost", "{\"shortageCost\": -9, \"excessCost\": 2}" }, { "shelfLifeDays", "{\"shelfLifeDays\": 0}" },
        { "minimumPacks", "{\"minimumPacks\": -1}" }, { "maximumPacks", "{\"minimumPacks\": 3, \"maximumPacks\": 2}" }, { "maximumPacks", "{\"maximumPacks\": 0.5}" },
        { "substitutes", "{\"substitutes\": [\"8801115114154\"]}" }, { "substitutes", "{\"substitutes\": [\"12\"]}" }, { "substitutes", "{\"substitutes\": [\"4006381333931\"]}" },
    };

    [Theory]
    [MemberData(nameof(WrongWishes))]
    public void A_wish_that_cannot_be_is_named_with_what_is_expected(string member, string json)
    {
        ProductOptions milk = Samples.Options.Products[0] with { Stock = JsonSerializer.Deserialize<StockOptions>(json, JsonSerializerOptions.Web)! };

        Action check = () => GatewayFile.Check(Samples.Options with { Products = [milk, Samples.Options.Products[1]] }, "gateway.json");

        check.Should().Throw<UserError>().Which.Message.Should().StartWith($"gateway.json: products[0].stock.{member}: ").And.NotContain("\n");
    }

    [Fact]
    public void Wishes_are_read_and_two_costs_make_a_service_level()
    {
        ProductOptions milk = Samples.Options.Products[0] with
        {
            Stock = new StockOptions { ShortageCost = 19, ExcessCost = 1, ShelfLifeDays = 9, MinimumPacks = 0.5, MaximumPacks = 4, Substitutes = [Samples.Rice.ToString()] },
        };

        Household household = GatewayFile.Check(Samples.Options with { Products = [milk, Samples.Options.Products[1]] }, "gateway.json");

        household.FindProduct(Samples.Milk)!.Stock.Should().BeEquivalentTo(new StockWishes(0.95, 9, 0.5, 4, [Samples.Rice]));
        household.FindProduct(Samples.Rice)!.Stock.Should().BeEquivalentTo(StockWishes.None, "an older file says nothing about stock");
    }

    private static GatewayOptions Change(GatewayOptions options, string member, string value)
    {
        (SlotOptions first, SlotOptions second) = (options.Slots[0], options.Slots[1]);
        (ProductOptions milk, ProductOptions rice) = (options.Products[0], options.Products[1]);
        double number = double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out double parsed) ? parsed : 0;
        return member switch
        {
            "gateway" => options with { Gateway = value },
            "timeZone" => options with { TimeZone = value },
            "dashboard.address" => options with { Dashboard = new DashboardOptions { Address = value } },
            "dashboard.port" => options with { Dashboard = new DashboardOptions { Port = (int)number } },
            "slots[0].gtin" => options with { Slots = [first with { Gtin = value }, second] },
            "slots[0].nameKo" => options with { Slots = [first with { NameKo = value }, second] },
            "slots[1].nameEn" => options with { Slots = [first, second with { NameEn = value }] },
            "products[0].nameKo" => options with { Products = [milk with { NameKo = value }, rice] },
            "products[0].nameEn" => options with { Products = [milk with { NameEn = value }, rice] },
            "slots[0].moreGtins" => options with { Slots = [first with { MoreGtins = [value] }, second] },
            "inbox.answerHours" => options with { Inbox = new InboxOptions { AnswerHours = (int)number } },
            "slots[0].slot" => options with { Slots = [first with { Slot = (int)number }, second] },
            "slots[1].slot" => options with { Slots = [first, second with { Slot = (int)number }] },
            "products[0].packGrams" => options with { Products = [milk with { PackGrams = number }, rice] },
            "products[0].sellers" => options with { Products = [milk with { Sellers = [value] }, rice] },
            "products[1].gtin" => options with { Products = [milk, rice with { Gtin = value }] },
            "ordering.deliveryTolerance" => options with { Ordering = new OrderingOptions { DeliveryTolerance = number } },
            "ordering.deadlineHours" => options with { Ordering = new OrderingOptions { DeadlineHours = (int)number } },
            "ordering.householdBudgetWon" => options with { Ordering = new OrderingOptions { HouseholdBudgetWon = (long)number } },
            "ordering.householdBudgetDays" => options with { Ordering = new OrderingOptions { HouseholdBudgetDays = (int)number } },
            "ordering.holidaysFile" => options with { Ordering = new OrderingOptions { HolidaysFile = value } },
            "levels.minuteDays" => options with { Levels = new LevelOptions { MinuteDays = (int)number } },
            "levels.hourDays" => options with { Levels = new LevelOptions { HourDays = (int)number } },
            "levels.influx.url" => options with { Levels = new LevelOptions { Influx = new InfluxDbOptions { Url = new Uri(value, UriKind.Relative) } } },
            "levels.influx.database" => options with { Levels = new LevelOptions { Influx = new InfluxDbOptions { Url = new Uri("http://influx/"), Database = value } } },
            "levels.influx.organization" => options with { Levels = new LevelOptions { Influx = new InfluxDbOptions { Url = new Uri("http://influx/"), Organization = value } } },
            _ => options with { Store = new Uri(value) },
        };
    }
}
